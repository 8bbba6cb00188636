package queueing

import "math"

// matrix is a small square matrix by rows.
type matrix [][]float64

func newMatrix(n int) matrix {
	cells := make([]float64, n*n)
	m := make(matrix, n)
	for i := range m {
		m[i] = cells[i*n : (i+1)*n]
	}
	return m
}

func (m matrix) times(o matrix) matrix {
	out := newMatrix(len(m))
	for i := range m {
		for k, x := range m[i] {
			if x == 0 {
				continue
			}
			for j, y := range o[k] {
				out[i][j] += x * y
			}
		}
	}
	return out
}

func (m matrix) plus(o matrix) matrix {
	out := newMatrix(len(m))
	for i := range m {
		for j := range m[i] {
			out[i][j] = m[i][j] + o[i][j]
		}
	}
	return out
}

func (m matrix) scaled(x float64) matrix {
	out := newMatrix(len(m))
	for i := range m {
		for j := range m[i] {
			out[i][j] = x * m[i][j]
		}
	}
	return out
}

// balance sets the diagonal so that the rows of both matrices sum to nothing.
func (m matrix) balance(o matrix) {
	for i := range m {
		sum := 0.0
		for j := range m[i] {
			sum += o[i][j]
			if j != i {
				sum += m[i][j]
			}
		}
		m[i][i] = -sum
	}
}

// to is the matrix applied to a column.
func (m matrix) to(column []float64) []float64 {
	out := make([]float64, len(m))
	for i := range m {
		for j, x := range m[i] {
			out[i] += x * column[j]
		}
	}
	return out
}

// from is a row applied to the matrix.
func (m matrix) from(row []float64) []float64 {
	out := make([]float64, len(m))
	for i, x := range row {
		for j, y := range m[i] {
			out[j] += x * y
		}
	}
	return out
}

// inverse by elimination with the largest pivot of each column.
func (m matrix) inverse() matrix {
	n := len(m)
	a, out := newMatrix(n), newMatrix(n)
	for i := range m {
		copy(a[i], m[i])
		out[i][i] = 1
	}
	for c := range n {
		pivot := c
		for i := c + 1; i < n; i++ {
			if math.Abs(a[i][c]) > math.Abs(a[pivot][c]) {
				pivot = i
			}
		}
		a[c], a[pivot] = a[pivot], a[c]
		out[c], out[pivot] = out[pivot], out[c]
		for i := range n {
			if i == c {
				continue
			}
			f := a[i][c] / a[c][c]
			if f == 0 {
				continue
			}
			for j := range n {
				a[i][j] -= f * a[c][j]
				out[i][j] -= f * out[c][j]
			}
		}
		f := a[c][c]
		for j := range n {
			a[c][j] /= f
			out[c][j] /= f
		}
	}
	return out
}

// leftNull is a row that the matrix takes to nothing, for a generator: its rows sum to
// nothing, so that one equation can be replaced by the sum of the row being 1.
func (m matrix) leftNull() []float64 {
	n := len(m)
	a := newMatrix(n)
	for i := range m {
		copy(a[i], m[i])
		a[i][n-1] = 1
	}
	last := make([]float64, n)
	last[n-1] = 1
	return a.inverse().from(last)
}
