/** What is used of a client of `pg` that stays its caller's: one out of a pool, or one of its own. */
export interface TransactionClient {
  /** Whether it sends a query while those before it are not answered. */
  readonly pipeline?: boolean
  query(query: {
    readonly text: string
    readonly values?: unknown[]
    readonly name?: string
    readonly rowMode: 'array'
    readonly types: { readonly getTypeParser: (oid: number) => (text: string) => unknown }
  }): Promise<unknown>
  on(event: 'error' | 'notice', listener: (error: Error) => void): unknown
  removeListener(event: 'error' | 'notice', listener: (error: Error) => void): unknown
}
