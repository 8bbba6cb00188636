package asyncapi_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/arch/archtest"
	"plumb.dev/plumb/emit/asyncapi"
	"plumb.dev/plumb/internal/golden"
	"plumb.dev/plumb/internal/judge"
	"plumb.dev/plumb/internal/look"
)

func print(t *testing.T, a *arch.Arch) map[string][]byte {
	t.Helper()
	files, err := asyncapi.Files(a)
	if err != nil {
		t.Fatal(err)
	}
	docs := map[string][]byte{}
	for _, f := range files {
		docs[f.Path] = f.Data
	}
	return docs
}

// over is the fixture with another broker between its contexts.
func over(technology, kind, host string) *arch.Arch {
	a := archtest.Harbour()
	a.Broker[0].Technology, a.Broker[0].Kind, a.Broker[0].Host = technology, kind, host
	for i := range a.Channels {
		if a.Channels[i].Broker == "kafka" {
			a.Channels[i].Broker = technology
		}
	}
	return a
}

// mixed is the fixture with a broker of its own for each channel.
func mixed() *arch.Arch {
	a := archtest.Harbour()
	brokers := map[arch.ChannelID]string{
		"ordering.order.v1": "nats", "kitchen.ticket.v1": "kinesis", "delivery.position.v1": "servicebus",
		"delivery.delivery.v1": "sqs", "delivery.delivery.v1.dead": "sqs", "accounting.payment.v1": "rabbitmq", "kitchen.webhook.v1": "postgres",
	}
	for i := range a.Channels {
		a.Channels[i].Broker = brokers[a.Channels[i].ID]
	}
	for _, technology := range []string{"nats", "kinesis", "servicebus", "sqs", "rabbitmq"} {
		a.Broker = append(a.Broker, arch.Broker{Technology: technology, Kind: "queue"})
	}
	return a
}

func TestJudgesAcceptEveryContract(t *testing.T) {
	docs := print(t, archtest.Harbour())
	bare := over("postgres-queue", "table", "") // nothing is known but what must be
	bare.System.Contact, bare.System.Licence, bare.System.Domain, bare.Telemetry = arch.Contact{}, arch.Licence{}, "", arch.Telemetry{}
	bare.Contexts[0].Team = ""
	docs["bare/asyncapi.yaml"] = print(t, bare)["contracts/ordering/asyncapi.yaml"]
	for path, data := range print(t, mixed()) {
		if strings.Contains(path, "ordering") || strings.Contains(path, "accounting") { // together they meet every binding
			docs["mixed/"+path] = data
		}
	}
	judge.Clean(t, judge.Files(t, docs)...)
}

func TestBindingsAreThoseOfTheBroker(t *testing.T) {
	docs := print(t, mixed())
	accounting, ordering := look.YAML(t, docs["contracts/accounting/asyncapi.yaml"]), look.YAML(t, docs["contracts/ordering/asyncapi.yaml"])
	look.Says(t, "the queue", look.At(accounting, "channels", "delivery.delivery.v1", "bindings", "sqs"), "delivery-delivery-v1.fifo", "delivery-delivery-v1-dead.fifo", "maxReceiveCount:4")
	look.Says(t, "the exchange", look.At(accounting, "channels", "accounting.payment.v1", "bindings", "amqp"), "exchange", "accounting.payment.v1")
	look.Says(t, "the subscription", look.At(ordering, "operations", "receiveOrderingTickets"), "ordering-tickets")
	for _, channel := range []string{"kitchen.ticket.v1", "delivery.position.v1"} { // Kinesis and Service Bus
		if b := look.At(ordering, "channels", channel)["bindings"]; b != nil {
			t.Errorf("%s has bindings: %v", channel, b)
		}
	}
}

func TestEveryMessageShowsAValidExample(t *testing.T) {
	for path, data := range print(t, archtest.Harbour()) {
		file := filepath.Join(t.TempDir(), "asyncapi.yaml")
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
		messages := len(look.At(look.YAML(t, data), "components", "messages"))
		if checked, findings, err := judge.Examples(file); err != nil || len(findings) > 0 || checked < messages {
			t.Errorf("%s: %d examples for %d messages, %v, %v", path, checked, messages, findings, err)
		}
	}
}

func TestTheSameSystemGivesTheSameBytes(t *testing.T) {
	first, second := print(t, archtest.Harbour()), print(t, archtest.Harbour())
	for path := range first {
		if !bytes.Equal(first[path], second[path]) {
			t.Errorf("%s differs between two runs", path)
		}
	}
}

func TestDocumentReadsAsAgreed(t *testing.T) {
	golden.Equal(t, "accounting.yaml", print(t, archtest.Harbour())["contracts/accounting/asyncapi.yaml"])
}

func document(t *testing.T, context string) map[string]any {
	t.Helper()
	return look.YAML(t, print(t, archtest.Harbour())["contracts/"+context+"/asyncapi.yaml"])
}

func TestEachContextHasItsOwnView(t *testing.T) {
	if op := look.At(document(t, "kitchen"), "operations", "sendKitchenTicketV1"); op["action"] != "send" {
		t.Errorf("the kitchen does not send its tickets: %v", op)
	}
	if op := look.At(document(t, "delivery"), "operations", "receiveDeliveryTickets"); op["action"] != "receive" {
		t.Errorf("delivery does not receive tickets: %v", op)
	}
	if look.At(document(t, "delivery"), "channels", "ordering.order.v1") != nil {
		t.Error("delivery's contract has a channel that it does not use")
	}
}

func TestMessagesAreCloudEventsOfOneType(t *testing.T) {
	doc := document(t, "ordering")
	envelope := look.At(doc, "components", "schemas", "OrderPlacedCloudEvent", "properties")
	if look.At(envelope, "type")["const"] != "example.harbour.ordering.order-placed.v1" {
		t.Errorf("type is %v", envelope["type"])
	}
	look.Says(t, "the source", look.At(envelope, "source")["const"], "https://harbour.example/ordering")
	message := look.At(doc, "components", "messages", "OrderPlaced")
	look.Says(t, "the message", message["bindings"], "key")
	if message["x-plumb-evolution"] != "full" || message["x-plumb-was"] != "OrderCreated" {
		t.Errorf("the message is %v", message)
	}
}

func TestChannelsSayOrderRetentionAndConsumers(t *testing.T) {
	channel := look.At(document(t, "ordering"), "channels", "ordering.order.v1")
	look.Says(t, "the channel", channel["x-plumb-ordering"], "orderNumber")
	look.Says(t, "the channel", channel["x-plumb-retention"], "7d")
	look.Says(t, "the channel", channel["x-plumb-consumers"], "kitchen-orders")
	look.Says(t, "the binding", look.At(channel, "bindings", "kafka"), "retention.ms:604800000", "partitions:12")
}

func TestWhatCannotBeHandledIsPutAside(t *testing.T) {
	doc := document(t, "accounting")
	receive := look.At(doc, "operations", "receiveAccountingDeliveries")
	look.Says(t, "the operation", receive["description"], "Tried 4 times after 1s, 5s, 25s, then put aside in delivery.delivery.v1.dead.")
	giveUp := look.At(doc, "operations", "giveUpAccountingDeliveries")
	if giveUp["action"] != "send" {
		t.Errorf("nothing is put aside: %v", giveUp)
	}
	look.Says(t, "the dead letters", giveUp["channel"], "delivery.delivery.v1.dead")
}

func TestPersonalDataInPayloadsIsNamed(t *testing.T) {
	look.Says(t, "the position", look.At(document(t, "delivery"), "components", "messages", "PositionReported")["x-plumb-data-class"], "personal")
}

// A table in a service's own store that serves its own context is nobody's contract;
// one that others read is.
func TestTablesAreContractsOnlyForOthers(t *testing.T) {
	if look.At(document(t, "kitchen"), "channels", "kitchen.webhook.v1") != nil {
		t.Error("the kitchen's own work table is in its contract")
	}
	shared := look.YAML(t, print(t, over("postgres-queue", "table", ""))["contracts/kitchen/asyncapi.yaml"])
	if look.At(shared, "channels", "ordering.order.v1") == nil {
		t.Error("a table that another context reads is not in the contract")
	}
}

func TestContradictionsAreErrors(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*arch.Arch)
		want  string
	}{
		"unknown event":        {func(a *arch.Arch) { a.Channels[0].Events[0] = "Eclipse" }, `the channel ordering.order.v1 carries the event "Eclipse", which does not exist`},
		"unknown broker":       {func(a *arch.Arch) { a.Channels[0].Broker = "pigeons" }, `has the broker "pigeons", which does not exist`},
		"unknown payload":      {func(a *arch.Arch) { a.Events[0].Payload = "Nothing" }, `there is no schema "Nothing"`},
		"unknown dead letters": {func(a *arch.Arch) { a.Channels[0].DeadLetter = "nowhere" }, `go to "nowhere", which does not exist`},
	} {
		a := archtest.Harbour()
		c.spoil(a)
		if _, err := asyncapi.Files(a); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: the error is %v, not %q", name, err, c.want)
		}
	}
}

func TestSystemWithoutEventsHasNoContracts(t *testing.T) {
	a := archtest.Harbour()
	a.Channels, a.Events = nil, nil
	if docs := print(t, a); len(docs) != 0 {
		t.Errorf("there are %d", len(docs))
	}
}

func BenchmarkFiles(b *testing.B) {
	for _, n := range []int{50, 500} {
		a := archtest.Generated(n)
		b.Run(fmt.Sprintf("resources=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := asyncapi.Files(a); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
