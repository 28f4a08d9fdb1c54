export { AdjustmentType } from './domain/adjustment-type.ts'
