import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { memory, openInventory } from 'holdfast'
import { StoredDocuments, type DocumentKind } from './stored-documents.ts'

interface Note {
  readonly id: string
  readonly text: string
}

const NOTES: DocumentKind<Note> = {
  prefix: 'note:',
  isWhole: ({ text }) => typeof text === 'string',
  damaged: 'nobody reads it',
}

test('documents of two processes: one adds an id, both change it, and a damaged one hides no other', async (t) => {
  const inventory = await openInventory({
    store: memory(),
    warehouses: [{ id: 'SF', name: 'San Francisco' }],
    sweepMs: 0,
  })
  t.after(() => inventory.close())
  const updates: number[] = []
  const onUpdate = ({ size }: ReadonlyMap<string, Note>): void => void updates.push(size)
  const [one, other] = [0, 1].map(() => new StoredDocuments(inventory, NOTES, { onUpdate }))
  const [mine, theirs] = ['a', 'b'].map((text) => ({ id: '1', text }))
  equal(await one!.add(mine!), mine)
  deepEqual(await other!.add(theirs!), mine)
  const append = (end: string) => (note: Note) => ({ ...note, text: note.text + end })
  await Promise.all([one!.change('1', append('+')), other!.change('1', append('-'))])
  await inventory.setDocuments([{ name: 'note:2', value: '{"text"' }])
  equal(await one!.change('2', append('+')), null)
  equal(await one!.change('3', append('+')), null)
  const third = new StoredDocuments(inventory, NOTES, { onUpdate })
  await third.start()
  await third.stop()
  const [[id, note], ...more] = [...third.items] as [[string, Note]]
  deepEqual([id, note.text.length, more], ['1', 3, []])
  deepEqual(updates, [1, 1, 1, 1, 1])
})
