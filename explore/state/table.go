package state

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// table keeps states of one width, numbered in the order in which they came. It
// compares whole states: two never count as one because their hashes are equal.
type table struct {
	width int
	rows  []byte
	// slots hold the upper half of a state's hash and its number plus one; 0 is free.
	// Their number is a power of two, and at most half of them are taken.
	slots []uint64
	count int
}

func newTable(width int) table { return table{width: width, slots: make([]uint64, 1<<10)} }

func (t *table) len() int { return t.count }

func (t *table) at(i int) []byte { return t.rows[i*t.width : (i+1)*t.width] }

func (t *table) bytes() int { return cap(t.rows) + 8*len(t.slots) }

// find returns the number of a state.
func (t *table) find(state []byte) (int, bool) {
	h := hash(state)
	for slot := h & uint64(len(t.slots)-1); t.slots[slot] != 0; slot = (slot + 1) & uint64(len(t.slots)-1) {
		if e := t.slots[slot]; e>>32 == h>>32 {
			if i := int(uint32(e)) - 1; bytes.Equal(t.at(i), state) {
				return i, true
			}
		}
	}
	return 0, false
}

// insert adds a state that is not there and returns its number.
func (t *table) insert(state []byte) int {
	if 2*(t.count+1) > len(t.slots) {
		t.grow()
	}
	t.rows = append(t.rows, state...)
	t.count++
	t.put(hash(state), t.count)
	return t.count - 1
}

func (t *table) put(h uint64, number int) {
	slot := h & uint64(len(t.slots)-1)
	for t.slots[slot] != 0 {
		slot = (slot + 1) & uint64(len(t.slots)-1)
	}
	t.slots[slot] = h>>32<<32 | uint64(number)
}

func (t *table) grow() {
	t.slots = make([]uint64, 2*len(t.slots))
	for i := range t.count {
		t.put(hash(t.at(i)), i+1)
	}
}

// hash mixes eight bytes at a time: a 128-bit product with an odd constant, folded,
// spreads every bit over all others. The constants are those of wyhash (Wang Yi,
// 2019), whose quality for short keys is measured by SMHasher.
func hash(b []byte) uint64 {
	const k0, k1 = 0xa0761d6478bd642f, 0xe7037ed1a0b428db
	h := uint64(len(b)) ^ k0
	for ; len(b) >= 8; b = b[8:] {
		h = fold(h^binary.LittleEndian.Uint64(b), k1)
	}
	if len(b) > 0 {
		var tail [8]byte
		copy(tail[:], b)
		h = fold(h^binary.LittleEndian.Uint64(tail[:]), k1)
	}
	return fold(h, k0)
}

func fold(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}
