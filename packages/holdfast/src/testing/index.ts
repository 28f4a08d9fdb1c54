// `holdfast/testing`: for the tests of a shop, or of your own store.
export { checkInvariants } from './invariants.ts'
export { dice, type Dice } from './dice.ts'
export { manualClock, type ManualClock } from './manual-clock.ts'
export { ReferenceModel, type ModelOptions, type ModelOutcome } from './reference-model.ts'
export { failure, refusal, refusalNow } from './refusal.ts'
export { SideBySide } from './side-by-side.ts'
export {
  step,
  WORKLOAD_WAREHOUSES,
  type Known,
  type Step,
  type WorkloadOptions,
} from './workload.ts'
export { gatedStore, type GatedStore } from './gated-store.ts'
export { inventoryContract, type ContractOptions, type ContractPart } from './inventory-contract.ts'
export { storeContract } from './store-contract.ts'
export type { MakeShop, OpenOptions, Shop } from './contract/fixture.ts'
