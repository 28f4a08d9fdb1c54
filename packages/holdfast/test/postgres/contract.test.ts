import { storeContract } from 'holdfast/testing'
import { storeOf } from './support/place.ts'

storeContract('postgres', (t) => storeOf(t))
