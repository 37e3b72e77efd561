package eventlog

// parquetBudget bounds what the pages of all columns of a unit take.
type parquetBudget struct {
	held     int64 // bytes of the current pages and of dictionaries
	inflated int64 // bytes of pages, decompressed
	limit    int64 // of inflated
}

// hold makes the budget account for size more bytes.
func (b *parquetBudget) hold(size int64) error {
	if b.held += size; b.held > maxUnit {
		return tooLarge("pages that take more than %d bytes", maxUnit)
	}
	return nil
}

// inflate accounts for a page that is about to be decompressed.
func (b *parquetBudget) inflate(size int32) error {
	if b.inflated += int64(size); b.inflated > b.limit {
		return tooLarge("pages of more than %d bytes in too few", b.limit)
	}
	return nil
}
