import { deepEqual, equal } from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { BUGS } from './bugs.ts'

const HOLDFAST = resolve(import.meta.dirname, '../..')

test('every bug can be planted: its place is there once, and its test is there', () => {
  const wrong = BUGS.filter(({ file, from, to, test: name }) => {
    const source = readFileSync(join(HOLDFAST, file), 'utf8')
    return source.split(from).length !== 2 || from === to || !existsSync(join(HOLDFAST, name))
  })
  deepEqual(
    wrong.map(({ name, file }) => `${name}: ${file}`),
    [],
  )
})

test('no two bugs have the same name', () => {
  equal(new Set(BUGS.map(({ name }) => name)).size, BUGS.length)
})
