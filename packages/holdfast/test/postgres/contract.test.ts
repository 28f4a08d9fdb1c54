import { storeContract } from 'holdfast/testing'
import { emptyStore } from './support/place.ts'

storeContract('postgres', () => emptyStore())
