package decide

import (
	"math"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// Documents and pictures: where they are kept, and whether they pass through our
// processes on the way.

var filesQuestion = question{"files", "data", "Files of %s",
	func(p *Plan) []Subject {
		return each(p.Model.Aggregates, func(a *model.Aggregate) bool { return a.FilesEach > 0 }, ofAggregate)
	}, fillFiles,
	"Asked of each aggregate with fields of type file. Bytes at the horizon are instances x files x size. In rows they make the largest row, and the time of a restore, longer: both eliminate. Sent through our processes each request holds a worker for as long as the client's line takes for the file (Little's law: rate x size / line), and takes processor time by the kilobyte; sent to the object store by a signed address it does neither, and takes one more call. Options: signed (object store, by signed addresses), relayed (object store, through the service), rows (in the records themselves). Parameters bytes at the horizon, size of one, and of signed address (s), abandoned (s, after which what was sent and never used is deleted), cool (s, after which a file moves to a cheaper class, where that saves enough), saved (a month, by that class); words technology, fields."}

var (
	rowFileMax   = &assumption{"decide.row-file-max", fact.Bytes, 1e6, 100e3, 10e6, "largest file a row carries well: beyond a megabyte rows slow every scan, copy and backup (the catalogue's item-size-max of PostgreSQL)"}
	clientLine   = &assumption{"decide.client-line", fact.Bytes, 1.25e6, 250e3, 12.5e6, "bytes a second that a client's line sends: 10 Mbit/s of a home's or a phone's uplink"}
	base64Factor = &assumption{"decide.base64", fact.Count, 4.0 / 3, 4.0 / 3, 1.37, "bytes sent over bytes of a file inside JSON: base64 writes four for three (RFC 4648), and line breaks some more"}
	objectMonth  = &assumption{"decide.object-gb-month", fact.Money, 0.023, 0.01, 0.03, "price of a GB in an object store for a month where the catalogue states none, USD"}
	coolMonth    = &assumption{"decide.object-cool-gb-month", fact.Money, 0.0125, 0.004, 0.0152, "price of a GB in the class for what is seldom read (S3 Standard-IA; Azure cool and Cloud Storage nearline cost 0.01 to 0.015), USD"}
	coolAfter    = &assumption{"decide.object-cool-after", fact.Duration, 90 * 86400, 30 * 86400, 365 * 86400, "age from which a file is seldom read; the classes for such charge at least 30 days and each read"}
	coolWorth    = &assumption{"decide.object-cool-worth", fact.Money, 20, 5, 100, "money a month below which a second class of storage is not worth its rule, USD"}
	addressLife  = &assumption{"decide.signed-address-life", fact.Duration, 300, 60, 3600, "life of a signed address: the slowest line that is catered for sends or fetches the file in it"}
	abandoned    = &assumption{"decide.abandoned-file-after", fact.Duration, 86400, 3600, 7 * 86400, "age at which a file that was sent and never used is deleted"}
	addressDays  = &assumption{"decide.signed-files-days", fact.Days, 3, 1.5, 6, "building files by signed address: asking for one, checking what came, deleting what nobody used, person-days"}
	relayedDays  = &assumption{"decide.relayed-files-days", fact.Days, 1.5, 0.7, 4, "building files that pass through: a limit, an object per file, deleting both together, person-days"}
	rowDays      = &assumption{"decide.row-files-days", fact.Days, 0.5, 0.2, 1, "building files as fields: a limit and a check of their kind, person-days"}
	workerSlot   = &assumption{"decide.worker-slot", fact.Money, 3, 1, 10, "price of one more request held at once for a month: an eighth of a replica with half a processor, USD"}
)

// filed is what the files of an aggregate come to.
type filed struct {
	size, bytes float64 // of one; of all at the horizon
	rate        float64 // files a second sent at the peak
	held, cores float64 // requests and processors that sending them through takes
	busy        float64 // requests in flight at the peak without them
	fresh       float64 // of bytes, those younger than the cool class takes
}

func (s *sheet) filed(a *model.Aggregate) filed {
	f := filed{size: s.n(a.FileSize)}
	f.bytes = s.n(a.Instances) * a.FilesEach * f.size
	perByte := s.reference("host.json-per-kb") / 1000
	for _, u := range s.model.UseCases {
		if u.Asked() {
			f.busy += s.n(u.Load.Peak) * s.n(u.Work.P50)
		}
		if u.FileBytes.Known() && slices.Contains(u.Writes(), a) {
			sent := s.n(u.FileBytes) * s.k(base64Factor)
			peak := s.n(u.Load.Peak)
			f.rate += peak
			f.held += peak * sent / s.k(clientLine)
			f.cores += peak * sent * perByte
		}
	}
	f.fresh = math.Min(f.bytes, s.n(a.Inflow)*s.growth()*a.FilesEach*f.size*s.k(coolAfter))
	if !a.Inflow.Known() || a.Inflow.N == 0 {
		f.fresh = f.bytes // nothing says that they grow old
	}
	return f
}

func fillFiles(s *sheet) {
	a := s.Aggregate
	f := s.filed(a)
	within := s.n(s.model.Context.RecoveryTime)
	t, ok := s.technology("object-store")
	cloud := s.model.Context.Platform.Cloud
	per, hours, learn := s.k(objectMonth), s.k(unknownHours), 0.0
	if ok {
		if v, known := s.priced(t, "price-storage", cloud); known {
			per = v
		}
		hours, learn = s.hours(t), s.learning(t)
	}
	kept, saves := s.objects(f, per)

	signed := s.option("signed", "in an object store, sent and fetched by signed addresses")
	signed.score(critMoney, kept, "%s at the horizon", size(f.bytes)).score(critOperations, hours, "policies and lifetimes").
		score(critBuild, s.k(addressDays)+learn, "asking for an address, checking what came, deleting what nobody used").
		score(critRoundTrips, 3, "an address, the file, and the request that names it").score(critBlast, 0, "no request waits for a client's line")

	relayed := s.option("relayed", "in an object store, sent and fetched through the service")
	lines := f.held / math.Max(1e-9, f.held+f.busy)
	slots, cores := f.held*s.k(workerSlot), f.cores*s.vcpuPrice()
	relayed.score(critMoney, kept+slots+cores, "%s at the horizon, %s requests held at once and %s processors for sending %s", size(f.bytes), num(round3(f.held)), num(round3(f.cores)), ps(f.rate)).
		score(critOperations, hours, "policies and lifetimes").score(critBuild, s.k(relayedDays)+learn, "a limit, an object per file, deleting both together").
		score(critRoundTrips, 2, "the file, and the request that names it").score(critBlast, lines, "of the requests in flight at the peak wait for a client's line, and one that is slow holds a worker")

	rows := s.option("rows", "in the records themselves")
	rows.outIf(f.size > s.k(rowFileMax), a.FileSize.Fact, "one takes %s, and a row carries %s well", size(f.size), size(s.k(rowFileMax)))
	if all := s.allBytes() + f.bytes; within > 0 {
		back := s.k(restoreStart) + all/s.k(restoreRate)
		rows.outIf(back > within, s.model.Context.RecoveryTime.Fact, "bringing back %s with them takes %s, %s are allowed", size(all), sec(back), sec(within))
	}
	const copies = 2 // a primary and its standby, as stores are
	rows.score(critMoney, f.bytes/1e9*copies*s.k(gbMonth)+slots+cores, "%s in a database and its standby, and %s requests held at once", size(f.bytes), num(round3(f.held))).
		score(critOperations, 0, "backed up with the rest").score(critBuild, s.k(rowDays), "a limit and a check of their kind").
		score(critRoundTrips, 2, "the file, and the request that names it").score(critBlast, lines, "of the requests in flight at the peak wait for a client's line")

	s.concrete(func(o option) { s.fileNumbers(o, a, f, saves) })
	s.undo(5)
	s.requires(a.Path)
	s.say("%s files (%s) come to %s at the horizon, at %s each; sent through the service they would hold %s requests at once",
		num(s.n(a.Instances)*a.FilesEach), join(a.FileFields()), size(f.bytes), size(f.size), num(round3(f.held)))
	s.test("a test that sends a file longer than its contract takes, one of another kind, and one that is cut off half way: each is refused, and nothing of it is left after %s", sec(s.k(abandoned)))
}

// objects is what keeping the files costs a month, with those seldom read in a cheaper
// class where that saves enough, and what it saves.
func (s *sheet) objects(f filed, per float64) (money, saves float64) {
	money = f.bytes / 1e9 * per
	saves = (f.bytes - f.fresh) / 1e9 * (per - s.k(coolMonth))
	if saves <= s.k(coolWorth) {
		return money, 0
	}
	return money - saves, saves
}

func (s *sheet) fileNumbers(o option, a *model.Aggregate, f filed, saves float64) {
	s.filed(a)
	o.param("bytes", fact.Bytes, f.bytes, "instances at the horizon x files of one x size")
	s.n(a.FileSize)
	o.param("size", fact.Bytes, f.size, "of one file")
	chosen := s.options[o.i].ID
	if chosen != "rows" {
		o.word("technology", "object-store")
		o.param("abandoned", fact.Duration, s.k(abandoned), "a day for whoever was interrupted to come back")
		if saves > 0 {
			s.filed(a)
			o.param("cool", fact.Duration, s.k(coolAfter), "saves more a month than its rule is worth")
			o.param("saved", fact.Money, saves, "bytes older than that x the difference in price")
		}
	}
	if chosen == "signed" {
		o.param("address", fact.Duration, s.k(addressLife), "long enough for the slowest line that is catered for")
		s.con("whoever gets hold of a signed address has the file for %s", sec(s.k(addressLife)))
	}
	o.word("fields", join(a.FileFields()))
}

// Filed is where the files of an aggregate are kept: signed, relayed or rows; "" when it
// has none.
func (p *Plan) Filed(a *model.Aggregate) arch.OptionID {
	if a.FilesEach == 0 {
		return ""
	}
	return p.Choice(arch.DecisionID(a.Name + ".files"))
}

// Body is how many bytes of a request of the use case pass through a process, with files
// in JSON where they do, but for what is streamed; those sent by a signed address do not.
func (p *Plan) Body(u *model.UseCase) float64 {
	n := u.BytesIn.N
	if !u.FileBytes.Known() {
		return n
	}
	if u.FilesInPayload {
		n -= u.FileBytes.N
	}
	for _, a := range u.Writes() {
		if c := p.Filed(a); c == "relayed" || c == "rows" {
			if streamsByRPC(u) {
				return n + u.FileBytes.N // in fields of bytes, as they are
			}
			return n + u.FileBytes.N*base64Factor.value
		}
	}
	return n
}
