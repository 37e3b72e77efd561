package profile

import "testing"

func TestBands(t *testing.T) {
	for age, want := range map[int32]string{
		-1: "unknown", 0: "unknown", 1: "0-17", 17: "0-17", 18: "18-24", 24: "18-24", 25: "25-34", 34: "25-34",
		35: "35-44", 44: "35-44", 45: "45-54", 54: "45-54", 55: "55-64", 64: "55-64", 65: "65+", 1 << 30: "65+",
	} {
		if got := BandOf(age).String(); got != want {
			t.Errorf("age %d is in %s, want %s", age, got, want)
		}
	}
	if got := Band(Bands).String(); got != "unknown" {
		t.Errorf("a band past the last is %s", got)
	}
}
