import { storeContract } from 'holdfast/testing'
import { emptyStore } from './place.ts'

storeContract('postgres', () => emptyStore())
