// A process of its own for somebody who goes on working: what the attackers cost their own process is no
// wait of the service. It asks until it is told to end, and answers with its waits.
//   node bystander-child.ts URL TOKEN
import { Bystander } from './people.ts'

const [url, token] = process.argv.slice(2) as [string, string]
process.once('disconnect', () => process.exit())
const bystander = await Bystander.warmedUp(url, token)
process.once('message', () => {
  void bystander.end().then((waits) => process.send!(waits, () => process.disconnect?.()))
})
process.send!('asking')
