package store

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestCheckKey(t *testing.T) {
	good := []string{
		"a", "a/b", "versions/0123456789abcdef.json", "a b", "a+b&c=d%2F~'()@!$,;", "ünï/日本", "a..b", "-", "_",
		strings.Repeat("s", MaxSegment),
		strings.Repeat("s", MaxSegment) + "/" + strings.Repeat("s", MaxSegment) + "/" + strings.Repeat("s", MaxKey-2*MaxSegment-2),
	}
	for _, key := range good {
		if err := CheckKey(key); err != nil {
			t.Errorf("CheckKey(%q) = %v, want nil", key, err)
		}
	}
	bad := map[string]string{
		"Empty":        "",
		"Slash":        "/",
		"Absolute":     "/etc/passwd",
		"Trailing":     "a/",
		"Double":       "a//b",
		"Dot":          "a/./b",
		"DotDot":       "a/../../b",
		"DotDotStart":  "../b",
		"Hidden":       ".tmp/x",
		"Backslash":    `a\..\b`,
		"Drive":        "c:/x",
		"NUL":          "a\x00b",
		"Newline":      "a\nb",
		"NotUTF8":      "a\xffb",
		"EndsWithDot":  "a./b",
		"EndsInSpace":  "a /b",
		"Wildcard":     "a*",
		"LongSegment":  strings.Repeat("s", MaxSegment+1),
		"LongKey":      strings.Repeat("s/", MaxKey/2) + "s",
		"Unicode ctrl": "a\u0085b",
	}
	for name, key := range bad {
		t.Run(name, func(t *testing.T) {
			if err := CheckKey(key); !errors.Is(err, ErrInvalidKey) {
				t.Errorf("CheckKey(%q) = %v, want ErrInvalidKey", key, err)
			}
		})
	}
}

func TestCheckPrefix(t *testing.T) {
	for _, p := range []string{"", "a", "a/", "a/b", "a/b/", "a.", "a "} {
		if err := CheckPrefix(p); err != nil {
			t.Errorf("CheckPrefix(%q) = %v, want nil", p, err)
		}
	}
	for _, p := range []string{"/", "../", "a/../", ".", "a//", `a\`} {
		if err := CheckPrefix(p); !errors.Is(err, ErrInvalidKey) {
			t.Errorf("CheckPrefix(%q) = %v, want ErrInvalidKey", p, err)
		}
	}
}

func TestCondition(t *testing.T) {
	if tag, ok := Matches("x").Tag(); !ok || tag != "x" {
		t.Errorf("Matches(x).Tag() = %q, %v", tag, ok)
	}
	if tag, ok := Matches("").Tag(); !ok || tag != "" {
		t.Errorf("Matches(\"\").Tag() = %q, %v: an empty tag must still be a condition", tag, ok)
	}
	for _, c := range []Condition{Always, Absent} {
		if _, ok := c.Tag(); ok {
			t.Errorf("%q has a tag", c)
		}
	}
	if Matches("*") == Absent {
		t.Error("a tag is mistaken for Absent")
	}
}

func TestRewind(t *testing.T) {
	body := strings.NewReader("abc")
	body.ReadByte()
	if err := Rewind(body, 3); err != nil || body.Len() != 3 {
		t.Errorf("Rewind = %v with %d bytes left, want all 3", err, body.Len())
	}
	for _, size := range []int64{-1, 2, 4} {
		if err := Rewind(body, size); !errors.Is(err, ErrSize) {
			t.Errorf("Rewind with size %d = %v, want ErrSize", size, err)
		}
	}
}

// TestWithDigest: a body keeps what it can besides being read.
func TestWithDigest(t *testing.T) {
	sum := sha256.Sum256([]byte("abc"))
	reader := bytes.NewReader([]byte("abc"))
	for name, body := range map[string]io.ReadSeeker{"ReaderAt": reader, "Only": struct{ io.ReadSeeker }{reader}} {
		known := WithDigest(body, sum)
		if d, ok := known.(Digested); !ok || d.Digest() != sum {
			t.Errorf("%s: the digest is lost", name)
		}
		if _, ok := known.(io.ReaderAt); ok != (name == "ReaderAt") {
			t.Errorf("%s: it is an io.ReaderAt: %v", name, ok)
		}
		if err := Rewind(known, 3); err != nil {
			t.Error(err)
		}
		if got, err := io.ReadAll(known); err != nil || string(got) != "abc" {
			t.Errorf("%s: it reads %q, %v", name, got, err)
		}
	}
}
