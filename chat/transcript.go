package chat

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
)

// Transcript is a conversation on disk: a line of JSON per event, written before
// anything follows from it, so that an interruption loses nothing.
type Transcript struct {
	// Name is how the conversation is called: a number.
	Name string
	file *os.File
	past []Event
	// mended tells that the last line was cut by an interruption and is gone.
	mended bool
}

var transcriptName = regexp.MustCompile(`^chat-(\d{1,6})\.jsonl$`)

// Transcripts lists the conversations kept in a directory, the oldest first.
func Transcripts(dir string) ([]string, error) {
	list, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var numbers []int
	for _, e := range list {
		if m := transcriptName.FindStringSubmatch(e.Name()); m != nil {
			n, _ := strconv.Atoi(m[1]) // digits
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	names := make([]string, len(numbers))
	for i, n := range numbers {
		names[i] = strconv.Itoa(n)
	}
	return names, nil
}

func transcriptFile(dir, name string) string {
	n, err := strconv.Atoi(name)
	if err != nil || n < 0 {
		return ""
	}
	return filepath.Join(dir, fmt.Sprintf("chat-%04d.jsonl", n))
}

// Begin starts a transcript under the next free number. Only the person who runs
// plumb can read it.
func Begin(dir string) (*Transcript, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	names, err := Transcripts(dir)
	if err != nil {
		return nil, err
	}
	next := 1
	if len(names) > 0 {
		last, _ := strconv.Atoi(names[len(names)-1]) // digits
		next = last + 1
	}
	for ; ; next++ {
		name := strconv.Itoa(next)
		f, err := os.OpenFile(transcriptFile(dir, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if errors.Is(err, fs.ErrExist) {
			continue // another conversation began meanwhile
		}
		if err != nil {
			return nil, err
		}
		return &Transcript{Name: name, file: f}, nil
	}
}

// Resume opens a transcript to go on with it. A last line that an interruption cut
// is taken off; any other line that cannot be read is an error with its number.
func Resume(dir, name string) (*Transcript, error) {
	at := transcriptFile(dir, name)
	if at == "" {
		return nil, fmt.Errorf("a conversation is called by its number, not %q", name)
	}
	f, err := os.OpenFile(at, os.O_RDWR, 0)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("there is no conversation %s in %s", name, filepath.ToSlash(dir))
		}
		return nil, err
	}
	t := &Transcript{Name: name, file: f}
	if err := t.read(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", filepath.ToSlash(at), err), f.Close())
	}
	return t, nil
}

func (t *Transcript) read() error {
	text, err := io.ReadAll(t.file)
	if err != nil {
		return err
	}
	if whole := bytes.LastIndexByte(text, '\n') + 1; whole < len(text) {
		t.mended = true
		if err := t.file.Truncate(int64(whole)); err != nil {
			return err
		}
		text = text[:whole]
	}
	if _, err := t.file.Seek(int64(len(text)), io.SeekStart); err != nil {
		return err
	}
	number := 0
	for line := range bytes.Lines(text) {
		number++
		var e Event
		if err := json.Unmarshal(line, &e); err != nil {
			return fmt.Errorf("line %d is no event: %w", number, err)
		}
		t.past = append(t.past, e)
	}
	return nil
}

// Past are the events of a resumed transcript.
func (t *Transcript) Past() []Event { return t.past }

// keep writes an event; what began or ended a contribution is on the disk when it
// returns.
func (t *Transcript) keep(e Event) error {
	line, err := e.line()
	if err != nil {
		return err
	}
	if _, err := t.file.Write(line); err != nil {
		return err
	}
	return t.file.Sync()
}

// Close closes the file.
func (t *Transcript) Close() error { return t.file.Close() }
