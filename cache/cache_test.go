package cache_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"plumb.dev/plumb/cache"
)

func build(name string) func() string { return func() string { return name } }

func key(t *testing.T, c *cache.Cache, parts ...any) cache.Key {
	t.Helper()
	k, ok := c.Key(parts...)
	if !ok {
		t.Fatal("there is no key")
	}
	return k
}

// entries are the files that a cache has in its directory.
func entries(t *testing.T, dir string) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestWhatWasPutIsFoundByAnotherProcessOfTheSameBuild(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not", "there", "yet")
	c := cache.New(dir, build("one"))
	c.Put(key(t, c, "a", []byte("b")), []byte("value"))
	again, other := cache.New(dir, build("one")), cache.New(dir, build("two"))
	if got, ok := again.Get(key(t, again, "a", []byte("b"))); !ok || string(got) != "value" {
		t.Errorf("got %q, %t", got, ok)
	}
	if got, ok := other.Get(key(t, other, "a", []byte("b"))); ok {
		t.Errorf("another build got %q", got)
	}
	if got, ok := again.Get(key(t, again, "ab", []byte(""))); ok {
		t.Errorf("other parts got %q", got)
	}
}

// Whatever happened to an entry, it is the value or it is missing; and then it can be
// written again.
func TestADamagedEntryIsMissing(t *testing.T) {
	value := bytes.Repeat([]byte("value"), 100)
	for name, damage := range map[string]func(t *testing.T, file string, text []byte){
		"cut off": func(t *testing.T, file string, text []byte) { write(t, file, text[:len(text)-1]) },
		"empty":   func(t *testing.T, file string, _ []byte) { write(t, file, nil) },
		"longer":  func(t *testing.T, file string, text []byte) { write(t, file, append(text, ' ')) },
		"a bit flipped": func(t *testing.T, file string, text []byte) {
			text[len(text)/2] ^= 1
			write(t, file, text)
		},
		"too large":         func(t *testing.T, file string, text []byte) { write(t, file, append(text, make([]byte, 9<<20)...)) },
		"another's content": func(t *testing.T, file string, _ []byte) { write(t, file, elsewhere(t)) },
		"a directory": func(t *testing.T, file string, _ []byte) {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
			if err := os.Mkdir(file, 0o755); err != nil {
				t.Fatal(err)
			}
		},
	} {
		dir := t.TempDir()
		c := cache.New(dir, build("one"))
		k := key(t, c, "a")
		c.Put(k, value)
		list := entries(t, dir)
		if len(list) != 1 {
			t.Fatalf("the entries are %v", list)
		}
		text, err := os.ReadFile(list[0])
		if err != nil {
			t.Fatal(err)
		}
		damage(t, list[0], text)
		if got, ok := c.Get(k); ok {
			t.Errorf("%s: got %d bytes", name, len(got))
		}
		if name == "a directory" {
			continue // nothing of ours, and left alone
		}
		c.Put(k, value)
		if got, ok := c.Get(k); !ok || !bytes.Equal(got, value) {
			t.Errorf("%s: not written again", name)
		}
	}
}

// elsewhere is a valid entry of another key.
func elsewhere(t *testing.T) []byte {
	dir := t.TempDir()
	c := cache.New(dir, build("one"))
	c.Put(key(t, c, "b"), []byte("another value"))
	text, err := os.ReadFile(entries(t, dir)[0])
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func write(t *testing.T, file string, text []byte) {
	t.Helper()
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestTheRoomIsBoundedAndTheNewestStay(t *testing.T) {
	dir := t.TempDir()
	mine := filepath.Join(dir, "notes.txt")
	write(t, mine, make([]byte, 80<<20))
	c := cache.New(dir, build("one"))
	value := make([]byte, 4<<20)
	for i := range 40 { // 160 MiB
		c.Put(key(t, c, i), value)
	}
	total := int64(0)
	for _, name := range entries(t, dir) {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if name != mine {
			total += info.Size()
		}
	}
	if total > 68<<20 {
		t.Errorf("%d MiB are kept", total>>20)
	}
	if _, ok := c.Get(key(t, c, 39)); !ok {
		t.Error("the newest was removed")
	}
	if _, err := os.Stat(mine); err != nil {
		t.Errorf("a file that is none of ours: %v", err)
	}
	c.Put(key(t, c, "huge"), make([]byte, 9<<20))
	if _, ok := c.Get(key(t, c, "huge")); ok {
		t.Error("a value above the bound was kept")
	}
}

func TestManyWriteAndReadAtOnce(t *testing.T) {
	dir := t.TempDir()
	var wait sync.WaitGroup
	for w := range 8 {
		c := cache.New(dir, build("one"))
		wait.Go(func() {
			for i := range 50 {
				k, _ := c.Key(i)
				want := bytes.Repeat([]byte(fmt.Sprint(i)), 5000)
				if got, ok := c.Get(k); ok && !bytes.Equal(got, want) {
					t.Errorf("worker %d got something else under %d", w, i)
				}
				c.Put(k, want)
			}
		})
	}
	wait.Wait()
	if n := len(entries(t, dir)); n != 50 {
		t.Errorf("%d files are left, not 50", n)
	}
}

func TestWithoutAPlaceNothingIsKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, nil)
	under := cache.New(filepath.Join(file, "cache"), build("one")) // no directory can be there
	k := key(t, under, "a")
	under.Put(k, []byte("value"))
	if _, ok := under.Get(k); ok {
		t.Error("kept under a file")
	}
	for name, c := range map[string]*cache.Cache{"no directory": cache.New("", build("one")), "no build": cache.New(t.TempDir(), build(""))} {
		if _, ok := c.Key("a"); ok {
			t.Errorf("%s: there is a key", name)
		}
	}
}

func TestThisProgramHasAName(t *testing.T) {
	if a, b := cache.Program(), cache.Program(); a == "" || a != b {
		t.Errorf("%q and %q", a, b)
	}
}
