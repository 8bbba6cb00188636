package des

import "math"

// ziggurat covers a falling density with 256 layers of equal area, so that one
// multiplication and one comparison decide nearly every draw (Marsaglia and
// Tsang, The Ziggurat Method, J. Statistical Software 5(8), 2000).
type ziggurat struct {
	x [257]float64 // right edges of the layers, from the base's virtual one to 0
	y [257]float64 // density at them
}

// The right edge of the base layer and the area of every layer for 256 layers
// of exp(-x) and of exp(-x^2/2), from the paper's section 2 and recomputable
// from the condition that the topmost layer ends at density 1.
const (
	expEdge    = 7.69711747013104972
	expArea    = 0.0039496598225815571993
	normalEdge = 3.6541528853610088
	normalArea = 0.00492867323399
)

// Both tables are computed once and never written again.
var (
	expLayers    = newZiggurat(expEdge, expArea, func(x float64) float64 { return math.Exp(-x) }, func(y float64) float64 { return -math.Log(y) })
	normalLayers = newZiggurat(normalEdge, normalArea, func(x float64) float64 { return math.Exp(-x * x / 2) }, func(y float64) float64 { return math.Sqrt(-2 * math.Log(y)) })
)

func newZiggurat(edge, area float64, density, inverse func(float64) float64) *ziggurat {
	z := &ziggurat{}
	z.x[0], z.x[1] = area/density(edge), edge
	z.y[0], z.y[1] = 0, density(edge)
	for i := 2; i < 256; i++ {
		z.y[i] = z.y[i-1] + area/z.x[i-1]
		z.x[i] = inverse(z.y[i])
	}
	z.x[256], z.y[256] = 0, 1
	return z
}

// Exp is exponential with mean 1.
func (s *Stream) Exp() float64 {
	shift := 0.0
	for {
		u := s.Uint64()
		layer := u & 255
		x := float64(u>>11) * 0x1p-53 * expLayers.x[layer]
		if x < expLayers.x[layer+1] {
			return shift + x
		}
		if layer == 0 {
			// Beyond the edge the distribution starts over.
			shift += expEdge
			continue
		}
		y0, y1 := expLayers.y[layer], expLayers.y[layer+1]
		if y0+s.Float64()*(y1-y0) < math.Exp(-x) {
			return shift + x
		}
	}
}

// Norm is normal with mean 0 and standard deviation 1.
func (s *Stream) Norm() float64 {
	for {
		u := s.Uint64()
		layer := u & 255
		x := float64(u>>11) * 0x1p-53 * normalLayers.x[layer]
		if x >= normalLayers.x[layer+1] {
			if layer == 0 {
				x = s.normalBeyond()
			} else {
				y0, y1 := normalLayers.y[layer], normalLayers.y[layer+1]
				if y0+s.Float64()*(y1-y0) >= math.Exp(-x*x/2) {
					continue
				}
			}
		}
		if u&256 != 0 {
			return -x
		}
		return x
	}
}

// normalBeyond draws from the tail of the normal beyond the base layer's edge
// (Marsaglia 1964).
func (s *Stream) normalBeyond() float64 {
	for {
		x := s.Exp() / normalEdge
		if 2*s.Exp() > x*x {
			return normalEdge + x
		}
	}
}
