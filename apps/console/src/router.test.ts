import { expect, test } from 'vitest'
import { orderPath, pageAt } from './router.ts'

test('an address says which page is shown', () => {
  expect(pageAt('/').name).toBe('orders')
  expect(pageAt('/orders').name).toBe('orders')
  expect(pageAt('/orders/NX-1001')).toEqual({ name: 'order', ticket: 'NX-1001' })
  expect(pageAt(orderPath('a/b <c>'))).toEqual({ name: 'order', ticket: 'a/b <c>' })
  for (const path of ['/orders/a/b', '/orders/%E0%A4%A', '/hosts']) expect(pageAt(path).name).toBe('none')
})
