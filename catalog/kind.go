package catalog

// Kind says what job a technology does. A technology may do several: Redis is a store and a cache.
type Kind string

// The kinds, in the order in which technologies are listed.
const (
	Queue         Kind = "queue"         // work to be done once by one of several consumers
	Stream        Kind = "stream"        // an ordered log that many consumers read at their own pace
	Store         Kind = "store"         // keeps state
	Cache         Kind = "cache"         // keeps copies that may be lost
	Gateway       Kind = "gateway"       // the door from outside
	Mesh          Kind = "mesh"          // traffic between services, outside their code
	Identity      Kind = "identity"      // issues tokens to people and programs
	Observability Kind = "observability" // takes and shows metrics, logs and traces
	Compute       Kind = "compute"       // runs the code
	Cloud         Kind = "cloud"         // the ground it stands on: zones, network, unit prices
	Reference     Kind = "reference"     // not a technology: a topic of values that hold for any architecture
)

// Kinds lists every kind in the order in which technologies are listed.
func Kinds() []Kind {
	return []Kind{Queue, Stream, Store, Cache, Gateway, Mesh, Identity, Observability, Compute, Cloud, Reference}
}
