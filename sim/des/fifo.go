package des

// FIFO is a queue in a ring that doubles when full. The zero FIFO is empty.
type FIFO[T any] struct {
	ring []T // length a power of two
	head int
	size int
}

// Len is the number of queued values.
func (q *FIFO[T]) Len() int { return q.size }

// Push adds v at the back.
func (q *FIFO[T]) Push(v T) {
	if q.size == len(q.ring) {
		q.grow()
	}
	q.ring[(q.head+q.size)&(len(q.ring)-1)] = v
	q.size++
}

func (q *FIFO[T]) grow() {
	ring := make([]T, max(16, 2*len(q.ring)))
	n := copy(ring, q.ring[q.head:])
	copy(ring[n:], q.ring[:q.head])
	q.ring, q.head = ring, 0
}

// Pop takes the front value, false when the queue is empty.
func (q *FIFO[T]) Pop() (v T, ok bool) {
	if q.size == 0 {
		return v, false
	}
	v = q.ring[q.head]
	q.head = (q.head + 1) & (len(q.ring) - 1)
	q.size--
	return v, true
}

// PopBack takes the value added last, for a queue served in reverse order.
func (q *FIFO[T]) PopBack() (v T, ok bool) {
	if q.size == 0 {
		return v, false
	}
	q.size--
	return q.ring[(q.head+q.size)&(len(q.ring)-1)], true
}

// Front is the value that Pop would take.
func (q *FIFO[T]) Front() (v T, ok bool) {
	if q.size == 0 {
		return v, false
	}
	return q.ring[q.head], true
}

// Reset empties the queue and keeps its memory.
func (q *FIFO[T]) Reset() { q.head, q.size = 0, 0 }

// At is the i-th value from the front, 0 <= i < Len.
func (q *FIFO[T]) At(i int) T { return q.ring[(q.head+i)&(len(q.ring)-1)] }
