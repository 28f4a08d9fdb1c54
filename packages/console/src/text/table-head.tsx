/** The head of a column: of texts, of figures (`isThen`: at a past time), or hidden, if its cells need none. */
export type Column =
  | string
  | { readonly figure: string; readonly isThen?: true }
  | { readonly unseen: string }

/** `false` stands for a column that is not shown now. */
export function TableHead({ columns }: { columns: readonly (Column | false)[] }) {
  return (
    <thead>
      <tr>{columns.map((column) => column !== false && <Head column={column} />)}</tr>
    </thead>
  )
}

function Head({ column }: { column: Column }) {
  if (typeof column === 'string') return <th scope="col">{column}</th>
  return 'figure' in column ? (
    <th scope="col" class={column.isThen ? 'figure then' : 'figure'}>
      {column.figure}
    </th>
  ) : (
    <th scope="col">
      <span class="unseen">{column.unseen}</span>
    </th>
  )
}
