import { equal, ok } from 'node:assert/strict'
import { memory, rebuild } from 'holdfast'
import { dice } from 'holdfast/testing'
import type { OpenStore, Store } from '../../src/store/store.ts'
import { live, withoutIndexer } from './posted-life.ts'
import { mustBePosted, SamePages, type Mark, type StoredPosting } from './same-pages.ts'

/** What a store holds of postings, read and changed behind its back. */
interface StoredPostings {
  watermark(): Mark | Promise<Mark>
  rows(): StoredPosting[] | Promise<StoredPosting[]>
  /** As if the process had been killed when it had written a share of the run behind `before`. */
  cutOff(before: Mark, share: number): void | Promise<void>
}

export interface PostedLife {
  /** A store whose runs are so long, in commits. */
  readonly storeOf: (runCommits: number) => Store
  readonly stored: StoredPostings
  readonly seed: number
  readonly steps: number
  readonly questions: number
}

/** A store finds what memory does, however far its postings go. @throws AssertionError */
export async function foundInParts(life: PostedLife): Promise<void> {
  const { storeOf, stored, seed, steps, questions } = life
  const d = dice(seed)
  const runCommits = d.pick([5, 9])
  const store = storeOf(runCommits)
  const plain = memory()
  const now = await live(plain, seed, steps)
  equal(await live(withoutIndexer(store), seed, steps), now)
  const { reader } = await plain.open({ readOnly: true })
  const pages = new SamePages(reader, now, seed)
  const compare = async (when: string): Promise<void> =>
    opened(store, async (open) => pages.compare(open.reader, questions, when))
  const allPosted = async (): Promise<void> =>
    mustBePosted(reader, await stored.rows(), await stored.watermark(), runCommits)

  await compare('nothing posted')
  for (const [name, share] of [
    ['half of a run', 0.5],
    ['all of a run but its end', 1],
    ['a row of a run', 0.02],
  ] as const) {
    await opened(store, async ({ postings }) => {
      for (let runs = 1 + d.below(3); runs > 0; runs--) ok((await postings!.extend()) !== null)
    })
    await compare(`before ${name}`)
    const before = await stored.watermark()
    await opened(store, async ({ postings }) => void (await postings!.extend()))
    await stored.cutOff(before, share)
    await compare(name)
  }
  await opened(store, postAll)
  await allPosted()
  await compare('all posted')
  await rebuild(store)
  await compare('rebuilt')
  await allPosted()
  ok(pages.rows > 1000, `${pages.rows} rows were compared`)
}

export async function opened(
  store: Store,
  work: (open: OpenStore) => Promise<void>,
): Promise<void> {
  const open = await store.open({ readOnly: false })
  try {
    await work(open)
  } finally {
    await open.close()
  }
}

export async function postAll({ postings }: OpenStore): Promise<void> {
  while ((await postings!.extend()) !== null);
}
