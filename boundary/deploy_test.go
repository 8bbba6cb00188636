package boundary_test

import (
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/boundary"
)

// shop is three contexts, catalogue, orders and billing, that hardly touch.
func shop() boundary.Input {
	in := boundary.Input{Aggregates: aggregates("Product", "Price", "Order", "Cart", "Invoice", "Payment")}
	use := func(id boundary.UseCaseID, rate boundary.PerSecond, reads, writes ids) {
		in.UseCases = append(in.UseCases, boundary.UseCase{ID: id, Reads: reads, Writes: writes, Rate: rate, Ref: "use " + string(id)})
	}
	use("AddProduct", 1, nil, ids{"Product", "Price"})
	use("ChangePrice", 1, ids{"Product"}, ids{"Price"})
	use("Browse", 20, ids{"Product", "Price"}, nil)
	use("FillCart", 10, ids{"Product"}, ids{"Cart"})
	use("PlaceOrder", 5, nil, ids{"Order", "Cart"})
	use("ViewOrder", 5, ids{"Order"}, nil)
	use("Bill", 5, ids{"Order"}, ids{"Invoice"})
	use("Settle", 5, nil, ids{"Invoice", "Payment"})
	use("Refund", 1, ids{"Invoice"}, ids{"Payment"})
	return in
}

func own(in boundary.Input, team boundary.TeamID, of ...boundary.AggregateID) {
	for i := range in.Aggregates {
		if slices.Contains(of, in.Aggregates[i].ID) {
			in.Aggregates[i].Owner = team
		}
	}
}

func set(in boundary.Input, of boundary.AggregateID, change func(*boundary.Aggregate)) {
	i := slices.IndexFunc(in.Aggregates, func(a boundary.Aggregate) bool { return a.ID == of })
	change(&in.Aggregates[i])
}

func setRate(in boundary.Input, of boundary.UseCaseID, rate boundary.PerSecond) {
	i := slices.IndexFunc(in.UseCases, func(u boundary.UseCase) bool { return u.ID == of })
	in.UseCases[i].Rate = rate
}

func run(t *testing.T, in boundary.Input) boundary.Result {
	t.Helper()
	res, conflicts := boundary.Run(in, boundary.Options{})
	if conflicts != nil {
		t.Fatalf("conflicts: %+v", conflicts)
	}
	return res
}

// recommended returns the recommended candidate, whose contexts must be the
// three of the shop: otherwise the test is not about deployment.
func recommended(t *testing.T, in boundary.Input) boundary.Candidate {
	t.Helper()
	c := run(t, in).Candidates[0]
	if got := groups(c, nil); got != "Cart+Order Invoice+Payment Price+Product" {
		t.Fatalf("contexts are %s", got)
	}
	return c
}

// unitOf returns the deployable with an aggregate.
func unitOf(t *testing.T, c boundary.Candidate, a boundary.AggregateID) boundary.Deployable {
	t.Helper()
	for _, x := range c.Contexts {
		for _, d := range c.Deployables {
			if slices.Contains(x.Aggregates, a) && slices.Contains(d.Contexts, x.Name) {
				return d
			}
		}
	}
	t.Fatalf("%s is nowhere", a)
	return boundary.Deployable{}
}

func TestOneTeamWithoutDriverGetsAModularMonolith(t *testing.T) {
	in := shop()
	own(in, "us", "Product", "Price", "Order", "Cart", "Invoice", "Payment")
	c := recommended(t, in)
	if len(c.Deployables) != 1 || len(c.Deployables[0].Drivers) != 0 || c.Deployables[0].Price != (boundary.Price{}) {
		t.Errorf("deployables %+v", c.Deployables)
	}
}

func TestLoadOfOneTeamMakesAProcessRoleAndNoService(t *testing.T) {
	in := shop()
	setRate(in, "Browse", 420)
	c := recommended(t, in)
	if len(c.Deployables) != 1 {
		t.Fatalf("%d deployables", len(c.Deployables))
	}
	roles := c.Deployables[0].Roles
	// Catalogue: 420+1+1; the rest: 10+5+5 and 5+5+1.
	if len(roles) != 1 || roles[0].Driver.Value != 422 || roles[0].Driver.Rest != 31 || roles[0].Driver.Ratio != 422.0/31 {
		t.Errorf("roles %+v", roles)
	}
}

func TestLoadWithAnotherTeamMakesAService(t *testing.T) {
	in := shop()
	own(in, "web", "Product", "Price")
	own(in, "core", "Order", "Cart", "Invoice", "Payment")
	setRate(in, "Browse", 420)
	c := recommended(t, in)
	d := unitOf(t, c, "Product")
	if len(c.Deployables) != 2 || len(d.Drivers) != 1 || d.Drivers[0].Kind != boundary.DriverRate || d.Drivers[0].Ratio < 10 || d.Owner != "web" {
		t.Fatalf("deployables %+v", c.Deployables)
	}
	// FillCart waits for it, 10 times a second; no strong write is torn.
	want := boundary.Price{Deployables: 1, Contracts: 1, RemoteCalls: 10, Hours: 11}
	if d.Price != want {
		t.Errorf("price %+v, want %+v", d.Price, want)
	}
}

func TestIsolatedZoneIsADeployableWithItsLine(t *testing.T) {
	in := shop()
	in.Zones = []boundary.Zone{{ID: "card", Isolated: true, Ref: "zones:1"}}
	set(in, "Payment", func(a *boundary.Aggregate) { a.Zone = "card" })
	set(in, "Invoice", func(a *boundary.Aggregate) { a.Zone = "card" })
	c := recommended(t, in)
	d := unitOf(t, c, "Payment")
	if len(c.Deployables) != 2 || len(d.Drivers) != 1 || d.Drivers[0].Kind != boundary.DriverZone || !d.Drivers[0].Hard || d.Drivers[0].What != "card" || len(d.Drivers[0].Refs) == 0 {
		t.Errorf("deployables %+v", c.Deployables)
	}
}

func TestAvailabilityLeavesWithItsNumbers(t *testing.T) {
	in := shop()
	set(in, "Order", func(a *boundary.Aggregate) { a.Availability = 0.9999 })
	set(in, "Product", func(a *boundary.Aggregate) { a.Availability = 0.99 })
	set(in, "Invoice", func(a *boundary.Aggregate) { a.Availability = 0.995 })
	c := recommended(t, in)
	d := unitOf(t, c, "Order")
	if len(c.Deployables) != 2 || len(d.Drivers) != 1 || d.Drivers[0].Kind != boundary.DriverAvailability {
		t.Fatalf("deployables %+v", c.Deployables)
	}
	// 0.01 % of the time against 0.5 %.
	if r := d.Drivers[0].Ratio; r < 49.9 || r > 50.1 {
		t.Errorf("ratio %v, want 50", r)
	}
}

func TestThreeTeamsOwnOneDeployableEach(t *testing.T) {
	in := shop()
	own(in, "web", "Product", "Price")
	own(in, "core", "Order", "Cart")
	own(in, "money", "Invoice", "Payment")
	c := recommended(t, in)
	if len(c.Deployables) != 3 {
		t.Fatalf("deployables %+v, declined %+v", c.Deployables, c.Declined)
	}
	for _, d := range c.Deployables {
		if d.Owner == "" {
			t.Errorf("%s has no single owner", d.Name)
		}
	}
}

func TestTwoTeamsShareTheMonolith(t *testing.T) {
	in := shop()
	own(in, "web", "Product", "Price")
	own(in, "core", "Order", "Cart", "Invoice", "Payment")
	if c := recommended(t, in); len(c.Deployables) != 1 {
		t.Errorf("deployables %+v", c.Deployables)
	}
}

func TestBigTeamCountsAsSeveral(t *testing.T) {
	in := shop()
	own(in, "web", "Product", "Price")
	own(in, "core", "Order", "Cart", "Invoice", "Payment")
	in.Teams = []boundary.Team{{ID: "web", Size: 5}, {ID: "core", Size: 12}}
	if c := recommended(t, in); len(c.Deployables) != 2 {
		t.Errorf("deployables %+v", c.Deployables)
	}
}

func TestStrongWriteKeepsATeamInTheMonolithAndSaysSo(t *testing.T) {
	in := shop()
	own(in, "web", "Product", "Price")
	own(in, "core", "Order", "Cart")
	own(in, "money", "Invoice", "Payment")
	in.UseCases = append(in.UseCases, boundary.UseCase{ID: "Cancel", Writes: ids{"Order", "Invoice"}, Consistency: boundary.Strong})
	in.Pins = []boundary.Pin{{Kind: boundary.Apart, Aggregates: ids{"Order", "Invoice"}, Ref: "pin"}}
	c := recommended(t, in)
	if unitOf(t, c, "Order").Name != unitOf(t, c, "Invoice").Name {
		t.Error("the strong write is distributed")
	}
	declined := slices.IndexFunc(c.Declined, func(d boundary.Driver) bool {
		return d.Kind == boundary.DriverTeam && strings.Contains(d.Yielded, "Cancel")
	})
	if declined < 0 {
		t.Errorf("declined %+v", c.Declined)
	}
	if c.Cost.Value(boundary.StrongWrites) != 1 || c.Cost.Value(boundary.Distributed) != 0 {
		t.Errorf("cost %+v", c.Cost)
	}
}

func TestExistingServiceStaysApartAndClosed(t *testing.T) {
	in := shop()
	in.Pins = []boundary.Pin{{Kind: boundary.Fixed, Service: "erp", Aggregates: ids{"Invoice", "Payment"}, Ref: "pins:1"}}
	c := recommended(t, in)
	d := unitOf(t, c, "Invoice")
	if len(d.Drivers) != 1 || d.Drivers[0].Kind != boundary.DriverExisting || d.Drivers[0].Refs[0] != "pins:1" || d.Name != "erp" {
		t.Errorf("deployable %+v", d)
	}
}

func TestCadenceOfAnotherTeamLeaves(t *testing.T) {
	in := shop()
	own(in, "web", "Product", "Price")
	own(in, "core", "Order", "Cart", "Invoice", "Payment")
	set(in, "Product", func(a *boundary.Aggregate) { a.Cadence = 40 })
	set(in, "Order", func(a *boundary.Aggregate) { a.Cadence = 2 })
	set(in, "Invoice", func(a *boundary.Aggregate) { a.Cadence = 1 })
	d := unitOf(t, recommended(t, in), "Product")
	if len(d.Drivers) != 1 || d.Drivers[0].Kind != boundary.DriverCadence || d.Drivers[0].Ratio != 20 {
		t.Errorf("deployable %+v", d)
	}
}

func TestRuntimeLeaves(t *testing.T) {
	in := shop()
	set(in, "Product", func(a *boundary.Aggregate) { a.Runtime = "python" })
	set(in, "Order", func(a *boundary.Aggregate) { a.Runtime = "go" })
	set(in, "Payment", func(a *boundary.Aggregate) { a.Runtime = "go" })
	d := unitOf(t, recommended(t, in), "Product")
	if len(d.Drivers) != 1 || d.Drivers[0].Kind != boundary.DriverRuntime || d.Drivers[0].What != "python" {
		t.Errorf("deployable %+v", d)
	}
}

func TestDeploymentFlipsWhereItSays(t *testing.T) {
	in := shop()
	own(in, "web", "Product", "Price")
	own(in, "core", "Order", "Cart", "Invoice", "Payment")
	res := run(t, in)
	teams, rate := -1, -1
	for i, f := range res.Deployment.Flips {
		switch {
		case f.Kind == boundary.FlipTeams:
			teams = i
		case f.Kind == boundary.FlipRate && f.Context == "Price":
			rate = i
		}
	}
	if teams < 0 || rate < 0 || res.Deployment.Teams != 2 {
		t.Fatalf("deployment %+v", res.Deployment)
	}
	if f := res.Deployment.Flips[teams]; f.At != 3 || f.Now != 2 || f.To != "2 deployables" {
		t.Errorf("flip of teams %+v", f)
	}
	in.Teams = []boundary.Team{{ID: "core", Size: 12}} // counts as two
	if c := recommended(t, in); len(c.Deployables) != 2 {
		t.Errorf("at three teams there are %d deployables", len(c.Deployables))
	}
	in.Teams = nil
	at := res.Deployment.Flips[rate].At
	for _, x := range []struct {
		browse boundary.PerSecond
		roles  int
	}{{boundary.PerSecond(at) - 2, 1}, {boundary.PerSecond(at) - 3, 0}} { // and 2 from the other use cases
		own(in, "", "Product", "Price", "Order", "Cart", "Invoice", "Payment")
		setRate(in, "Browse", x.browse)
		if c := recommended(t, in); len(c.Deployables[0].Roles) != x.roles {
			t.Errorf("browsing at %v: roles %+v", x.browse, c.Deployables[0].Roles)
		}
	}
}
