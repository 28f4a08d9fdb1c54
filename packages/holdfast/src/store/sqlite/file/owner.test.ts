import { deepEqual, equal } from 'node:assert/strict'
import {
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { NOBODY } from '../../../../test/support/another-user.ts'
import { openInventory } from '../../../engine/open/open-inventory.ts'
import { restoreSqlite, sqlite } from '../index.ts'
import { giveToOwnerOf } from './owner.ts'

const skip = NOBODY === null && 'only root can give files away'

test(
  'what root makes beside an inventory, or puts in its place, stays its owner’s',
  { skip },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const [path, backup] = [join(folder, 'shop.db'), join(folder, 'backup.db')]
    const warehouses = [{ id: 'SF', name: 'SF' }]
    const open = () => openInventory({ store: sqlite({ path, worker: false }), warehouses })
    const first = await open()
    await first.backup(backup)
    await first.close()
    rmSync(`${path}.lock`)
    chownSync(path, NOBODY!.uid, NOBODY!.gid)

    await using inventory = await open()
    await inventory.addStock({ warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' })
    await inventory.close()
    await restoreSqlite({ from: backup, to: path })
    const others = readdirSync(folder)
      .filter((name) => name !== 'backup.db')
      .filter((name) => statSync(join(folder, name)).uid !== NOBODY!.uid)
    deepEqual(others, [])
    equal(statSync(backup).uid, 0)
  },
)

test(
  'what root restores where no file is belongs to the owner of the folder',
  { skip },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const backup = join(folder, 'backup.db')
    const warehouses = [{ id: 'SF', name: 'SF' }]
    await using inventory = await openInventory({ store: sqlite({ path: backup }), warehouses })
    await inventory.close()
    const place = join(folder, 'place')
    mkdirSync(place)
    chownSync(place, NOBODY!.uid, NOBODY!.gid)
    await restoreSqlite({ from: backup, to: join(place, 'shop.db') })
    const owners = ['shop.db', 'shop.db.lock'].map((name) => statSync(join(place, name)).uid)
    deepEqual(owners, [NOBODY!.uid, NOBODY!.uid])
  },
)

test('a link is not followed', { skip }, (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const [owned, secret, link] = ['owned', 'secret', 'link'].map((name) => join(folder, name))
  for (const file of [owned!, secret!]) writeFileSync(file, '')
  chownSync(owned!, NOBODY!.uid, NOBODY!.gid)
  symlinkSync(secret!, link!)
  giveToOwnerOf(owned!, link!)
  equal(statSync(secret!).uid, 0)
})
