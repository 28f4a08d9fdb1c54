import { counted } from '../model/counted.ts'
import { NOT_DECODED } from '../model/limits.ts'
import type { Digested, LoggedCommit } from './commit-body.ts'
import { pairDigest, sha256 } from './hash.ts'
import { digestsIn } from './lines.ts'
import { eachText } from './text-alone.ts'

export function digested(commit: LoggedCommit): Digested {
  return { bodyHash: sha256(commit.body), wrongText: wrongText(commit) }
}

function wrongText({ commit, body, texts }: LoggedCommit): string | null {
  // No text that was taken has it, and the hash would be that of other bytes.
  if (body.includes(NOT_DECODED) || texts?.includes(NOT_DECODED) === true)
    return `commit ${commit} has bytes that are not text`
  const list = digestsIn(body, 'texts')
  const told = list === null ? '[]' : body.slice(list.from, list.end)
  const digests = texts === null ? [] : digestsOf(texts)
  if (digests === null) return `the texts of commit ${commit} are not in the form of a list of them`
  if (JSON.stringify(digests) === told && (list === null || digests.length > 0)) return null
  const listed = listIn(told)
  if (digests.length !== listed.length)
    return `commit ${commit} has ${counted(digests.length, 'text')}, but ${counted(listed.length, 'digest')} of texts`
  const place = digests.findIndex((digest, index) => digest !== listed[index])
  if (place < 0) return `the digests of texts of commit ${commit} are not canonical`
  return `text ${place} of commit ${commit} does not match its digest`
}

/** null if the list is not in canonical form. Salt and text stand in it as they are digested. */
function digestsOf(texts: string): string[] | null {
  const digests: string[] = []
  let isCanonical = true
  const isPlain = !MAY_BE_OTHERWISE.test(texts)
  const isRead = eachText(texts, (at, from, end) => {
    if (!isPlain && !isString(texts.slice(from, end))) isCanonical = false
    digests.push(pairDigest(`[${texts.slice(at, end)}]`))
  })
  return isRead && isCanonical ? digests : null
}

/** Characters that JSON escapes, or that can be written in two ways. */
// oxlint-disable-next-line no-control-regex -- it is about them
const MAY_BE_OTHERWISE = /[\\\u0000-\u001f\ud800-\udfff]/

/** Whether it is a string in canonical JSON. */
function isString(json: string): boolean {
  try {
    const text: unknown = JSON.parse(json)
    return typeof text === 'string' && text.isWellFormed() && JSON.stringify(text) === json
  } catch {
    return false
  }
}

function listIn(json: string): readonly unknown[] {
  try {
    return JSON.parse(json) as unknown[]
  } catch {
    return []
  }
}
