import { test } from 'node:test'
import { endsByItself } from '../support/ends-by-itself.ts'
import { newSchema, url } from './support/place.ts'

test('an inventory opened by a connection string does not keep the process alive', () =>
  endsByItself('postgres', url, newSchema()))
