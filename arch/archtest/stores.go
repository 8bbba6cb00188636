package archtest

import "plumb.dev/plumb/arch"

func stores(b *book) []arch.Store {
	store := func(id arch.StoreID, at arch.DeployableID, in arch.ContextID, layout string, writes, reads, bytes float64, aggregates ...arch.StoredAggregate) arch.Store {
		name := func(what string) arch.Path { return arch.Path("stores." + string(id) + "." + what) }
		return arch.Store{
			ID: id, Technology: "postgres", Deployable: at, Contexts: []arch.ContextID{in}, Layout: layout, Aggregates: aggregates,
			Writes:   b.derived(name("writes"), rate(writes), "creating and changing use cases at their peaks"),
			Reads:    b.derived(name("reads"), rate(reads), "queries at their peaks, less cache hits"),
			Bytes:    b.derived(name("bytes"), size(bytes), "rows x size x retention, grown to the horizon", "context.horizon"),
			Replicas: b.derived(name("replicas"), count(2), "one standby in another zone, one for reads"),
			Shards:   b.derived(name("shards"), count(2), "writes at the horizon / what one node sustains", "use_cases.PlaceOrder.peak"), Machine: b.derived(name("machine"), count(2), "writes at the horizon / what one node sustains", "use_cases.PlaceOrder.peak"),
			Pool:   b.derived(name("pool"), count(60), "writes and reads in flight, times two"),
			Backup: "Base backup nightly, write-ahead log every minute, restored monthly as a test.",
			RPO:    b.stated("context.recovery.point", 25, seconds(minute)),
			RTO:    b.stated("context.recovery.time", 25, seconds(30*minute)),
			Trace:  decided("Order.store", "domain.Order"),
		}
	}
	ordering := store("ordering-db", "harbour", "ordering", "tables", 362, 480, 2.4e12, b.orders())
	ordering.Failover = b.catalogued("catalog.postgres.failover-time", seconds(90), "Amazon RDS User Guide, Failing over a Multi-AZ DB instance", "2026-11-22")
	ordering.Partition = "Orders by month of placement from 200 million rows."
	return []arch.Store{
		ordering,
		store("kitchen-db", "harbour", "kitchen", "tables", 440, 900, 6e11, arch.StoredAggregate{
			Of: "domain.DishStock", Guard: "update ... set left = left - n where left >= n", Outbox: true,
			Contention: &arch.Contention{What: "left", Guard: "guarded-update", Takers: []arch.Taker{
				{UseCase: "use_cases.PlaceOrder", Undo: "use_cases.CancelOrder", GivesBack: true, Key: true},
			}},
			Writers: []arch.Writer{
				{UseCase: "use_cases.ImportMenu", Step: "use_cases.ChangeDish", Does: []string{"changes"}},
				{UseCase: "use_cases.ImportMenu", Does: []string{"creates"}, Keys: []string{"dish"}},
			},
			Rows:    b.stated("domain.DishStock.volume", 175, count(30000)),
			Bytes:   b.derived("domain.DishStock.bytes", size(6e6), "200 bytes each", "domain.DishStock.volume"),
			Queries: []arch.Query{query(b, "stock-of-dish", "use_cases.PlaceOrder", []string{"dish"}, nil, "dish_stock (dish) unique", 350)},
		}),
		store("delivery-db", "dispatch", "delivery", "tables", 2000, 1100, 9e11),
		store("ledger-db", "ledger", "accounting", "events", 480, 90, 3e12, arch.StoredAggregate{
			Of: "domain.Payment", EventSourced: true, Outbox: true,
			Rows:     b.derived("domain.Payment.rows", count(1.1e9), "300k a day for ten years", "domain.Payment.retained"),
			Bytes:    b.derived("domain.Payment.bytes", size(6.6e11), "six movements of 100 bytes", "domain.Payment.rows"),
			Retained: b.stated("domain.Payment.retained", 228, seconds(10*year)), Unique: []string{"order"},
			Queries: []arch.Query{query(b, "movements-of-payment", "use_cases.ShowBalanceAt", []string{"payment"}, []string{"position"}, "movements (payment, position) unique", 90)},
		}),
	}
}

func (b *book) orders() arch.StoredAggregate {
	return arch.StoredAggregate{
		Of: "domain.Order", Outbox: true, Guard: "update ... where version = expected",
		Rows:     b.derived("domain.Order.rows", count(1.2e9), "300k a day for seven years, growing", "domain.Order.volume", "domain.Order.retained"),
		Bytes:    b.derived("domain.Order.bytes", size(2.4e12), "2 kB each", "domain.Order.rows"),
		Retained: b.stated("domain.Order.retained", 133, seconds(7*year)), Unique: []string{"number"},
		Queries: []arch.Query{
			query(b, "orders-of-consumer", "use_cases.ListMyOrders", []string{"consumer"}, []string{"placed_at desc", "number"}, "orders (consumer, placed_at desc, number)", 120),
			query(b, "order-by-number", "use_cases.FollowOrder", []string{"number"}, nil, "orders (number) unique", 90),
		},
	}
}

func query(b *book, name string, useCase arch.Path, by, sort []string, index string, perSecond float64) arch.Query {
	return arch.Query{
		Name: name, UseCase: useCase, By: by, Sort: sort, Index: index, Consistency: "read-your-writes",
		Rate: b.derived(arch.Path("queries."+name+".rate"), rate(perSecond), "the use case's peak", useCase),
	}
}
