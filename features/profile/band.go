package profile

// Band is a band of ages. The zero value is that of an unknown age.
type Band uint8

// Bands is the number of bands: the size of an array indexed by Band.
const Bands = len(bands)

// bands are the name and the first year of each band: ten years, but for the
// young and the old.
var bands = [...]struct {
	name string
	from int32
}{
	{"unknown", 0}, {"0-17", 1}, {"18-24", 18}, {"25-34", 25}, {"35-44", 35}, {"45-54", 45}, {"55-64", 55}, {"65+", 65},
}

// BandOf returns the band of an age in years; 0 and less are unknown.
func BandOf(age int32) Band {
	for b := Bands - 1; b > 0; b-- {
		if age >= bands[b].from {
			return Band(b)
		}
	}
	return 0
}

// String returns the years of a band, as in 25-34, or unknown.
func (b Band) String() string {
	if int(b) >= Bands {
		return bands[0].name
	}
	return bands[b].name
}
