import type { AuditEntry } from 'holdfast'
import type { ComponentChildren } from 'preact'
import { link } from '../frame/route.ts'
import { Name, Product } from './name.tsx'
import { count, number, signed } from './numbers.ts'
import { exactly, moment } from './times.ts'

/** One entry of the trail as a sentence: “3 LAPTOP held in SF for cart-81, 7 left”. */
export function Sentence({ entry }: { entry: AuditEntry }): ComponentChildren {
  const { type, qty, metadata } = entry
  const units = number(qty)
  const product = <Product id={entry.productId} />
  const warehouse = <Name text={entry.warehouseId} />
  const left = `, ${number(entry.available)} left`
  const unsellable = `${number(entry.unsellable)} unsellable`
  switch (type) {
    case 'RECEIVED':
      return (
        <>
          {units} {product} received in {warehouse}
          <From text={metadata['source']} />, {number(entry.available)} available
        </>
      )
    case 'RECEIVED_ASIDE':
      return (
        <>
          {units} {product} received in {warehouse}
          <From text={metadata['source']} />, not for sale: {unsellable}
        </>
      )
    case 'SET_ASIDE':
      return (
        <>
          {units} {product} set aside in {warehouse}
          <Because text={metadata['reason']} />
          {left}, {unsellable}
        </>
      )
    case 'PUT_BACK':
      return (
        <>
          {units} {product} put back on the shelf in {warehouse}
          <Because text={metadata['reason']} />, {number(entry.available)} available
        </>
      )
    case 'WRITTEN_OFF':
      return (
        <>
          {units} unsellable {product} written off in {warehouse}
          <Because text={metadata['reason']} />, {unsellable}
        </>
      )
    case 'CAME_BACK':
      return (
        <>
          {units} {product} came back from the customer to {warehouse}
          <Because text={metadata['reason']} />, {unsellable}
        </>
      )
    case 'DAMAGED':
      return (
        <>
          {units} {product} damaged in {warehouse}
          {left}
        </>
      )
    case 'REMOVED':
      return (
        <>
          {units} {product} removed from {warehouse}
          <Because text={metadata['reason']} />
          {left}
        </>
      )
    case 'COUNTED':
      return (
        <>
          {product} counted in {warehouse}: {number(onHand(entry))} on hand
          {qty === 0 ? ', as expected' : `, ${signed(qty)}`}
          <Because text={metadata['reason']} />
        </>
      )
    case 'COUNTED_ASIDE':
      return (
        <>
          {product} counted in {warehouse}: {unsellable}, {signed(qty)}
          <Because text={metadata['reason']} />
        </>
      )
    case 'RESERVED':
      return (
        <>
          {units} {product} held in {warehouse}
          <For text={metadata['owner']} />
          <InPlaceOf id={metadata['replaces']} />
          {left}
        </>
      )
    case 'OWNER_CHANGED':
      return (
        <>
          {units} {product} in {warehouse} now
          <For text={metadata['owner']} />
        </>
      )
    case 'EXTENDED':
      return (
        <>
          Hold on {units} {product} in {warehouse}
          <For text={metadata['owner']} /> extended to <Until text={metadata['expiresAt']} />
        </>
      )
    case 'SOLD':
      return (
        <>
          {units} {product} sold from {warehouse}
          {left}
        </>
      )
    case 'RETURNED':
      return (
        <>
          {units} {product} {cameBack(metadata['because'])} in {warehouse},{' '}
          {number(entry.available)} available
        </>
      )
    case 'CANCELLED':
      return (
        <>
          Sale of {units} {product} in {warehouse} cancelled, {number(entry.available)} available
        </>
      )
    case 'SHIPPED':
      return (
        <>
          {units} {product} shipped from {warehouse}, {number(onHand(entry))} on hand
        </>
      )
    case 'TRANSFERRED_OUT':
      return (
        <>
          {units} {product} transferred from {warehouse} <To text={metadata['toWarehouse']} />
          {left}
        </>
      )
    case 'TRANSFERRED_IN':
      return (
        <>
          {units} {product} arrived in {warehouse}
          <From text={entry.fromWarehouseId ?? undefined} />, {number(entry.available)} available
        </>
      )
    case 'TRANSFER_REQUESTED':
      return (
        <>
          Transfer of {units} {product} requested, <FromTo entry={entry} />
        </>
      )
    case 'TRANSFER_REJECTED':
      return (
        <>
          Transfer of {units} {product} rejected, <FromTo entry={entry} />
          <Because text={metadata['reason']} />
        </>
      )
    case 'WAREHOUSE_CHANGED':
      return <WarehouseChanged entry={entry} />
  }
  // A newer service may know more types.
  return (
    <>
      {count(qty, 'unit')} {product} in {warehouse}: {String(type)}
    </>
  )
}

function WarehouseChanged({ entry: { warehouseId, metadata } }: { entry: AuditEntry }) {
  const warehouse = <Name text={warehouseId} />
  if (metadata['closed'] === 'true') return <>Warehouse {warehouse} closed</>
  return (
    <>
      Warehouse {warehouse} changed
      {metadata['sells'] === 'false' && ': it does not sell'}
    </>
  )
}

function onHand({ available, held, allocated, unsellable }: AuditEntry): number {
  return available + held + allocated + unsellable
}

function cameBack(because: string | undefined): string {
  if (because === 'expired') return 'back from a hold that expired'
  if (because === 'unconfirmed') return 'not bought: back from their hold'
  if (because === 'replaced') return 'back from a hold that was replaced'
  return 'released'
}

function For({ text }: { text: string | undefined }) {
  if (text === undefined) return null
  return (
    <>
      {' for '}
      <a class="name" href={link('reservations', undefined, { owner: text })}>
        <bdi>{text}</bdi>
      </a>
    </>
  )
}

function InPlaceOf({ id }: { id: string | undefined }) {
  return id === undefined ? null : (
    <>
      {', replacing '}
      <a href={link('trail', undefined, { reservationId: id })}>an earlier reservation</a>
    </>
  )
}

function From({ text }: { text: string | undefined }) {
  return text === undefined ? null : (
    <>
      {' from '}
      <Name text={text} />
    </>
  )
}

function To({ text }: { text: string | undefined }) {
  return text === undefined ? null : (
    <>
      to <Name text={text} />
    </>
  )
}

function FromTo({ entry }: { entry: AuditEntry }) {
  const { fromWarehouseId, warehouseId, metadata } = entry
  const to = metadata['toWarehouse'] ?? warehouseId
  return (
    <>
      <Name text={fromWarehouseId ?? metadata['fromWarehouse'] ?? warehouseId} /> to{' '}
      <Name text={to} />
    </>
  )
}

function Because({ text }: { text: string | undefined }) {
  return text === undefined ? null : (
    <>
      {' ('}
      <Name text={text} />)
    </>
  )
}

function Until({ text }: { text: string | undefined }) {
  const ms = Number(text)
  return <time title={exactly(ms)}>{moment(ms)}</time>
}
