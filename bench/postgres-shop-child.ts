// One of several processes of a shop on one PostgreSQL: reserves what its parent asks for.
import { postgres } from 'holdfast/postgres'
import { openShop } from './shop.ts'
import { reserveMany, type Reserving } from './reserving.ts'

const [connectionString, schema] = process.argv.slice(2)
const shop = await openShop(postgres({ connectionString: connectionString!, schema }))
process.on('message', (reserving: Reserving) => {
  void reserveMany(shop, reserving).then((reserved) => process.send!(reserved))
})
process.once('disconnect', () => void shop.close())
process.send!('open')
