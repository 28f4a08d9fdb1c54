import { counted } from '../model/counted.ts'
import type { Digested, LoggedCommit } from './commit-body.ts'
import { pairDigest, sha256 } from './hash.ts'
import { digestsIn } from './lines.ts'
import { eachText } from './text-alone.ts'

export function digested(commit: LoggedCommit): Digested {
  return { bodyHash: sha256(commit.body), wrongText: wrongText(commit) }
}

function wrongText({ commit, body, texts }: LoggedCommit): string | null {
  const list = digestsIn(body, 'texts')
  const told = list === null ? '[]' : body.slice(list.from, list.end)
  const digests = texts === null ? [] : digestsOf(texts)
  if (digests === null) return `the texts of commit ${commit} are not in the form of a list of them`
  if (JSON.stringify(digests) === told) return null
  const listed = listIn(told)
  if (digests.length !== listed.length)
    return `commit ${commit} has ${counted(digests.length, 'text')}, but ${counted(listed.length, 'digest')} of texts`
  const place = digests.findIndex((digest, index) => digest !== listed[index])
  if (place < 0) return `the digests of texts of commit ${commit} are not canonical`
  return `text ${place} of commit ${commit} does not match its digest`
}

/** null if the list is not in the form in which it is written. Salt and text stand in it as they are digested. */
function digestsOf(texts: string): string[] | null {
  const digests: string[] = []
  const isRead = eachText(texts, (at, _from, end) => {
    digests.push(pairDigest(`[${texts.slice(at, end)}]`))
  })
  return isRead ? digests : null
}

function listIn(json: string): readonly unknown[] {
  try {
    return JSON.parse(json) as unknown[]
  } catch {
    return []
  }
}
