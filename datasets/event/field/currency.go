package field

import (
	"strings"

	"curio/datasets/event/code"
)

// The currencies of ISO 4217 by the number of decimals of their minor unit: the
// active ones and those withdrawn since 2021 (CUC HRK SLL ZWL), which logs still
// hold. Funds, metals and test codes, which have no minor unit, are left out.
const (
	decimals0 = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
	decimals2 = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD " +
		"CAD CDF CHF CNY COP CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD " +
		"HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK " +
		"MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB " +
		"SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD " +
		"UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG ZWL"
	decimals3 = "BHD IQD JOD KWD LYD OMR TND"
	decimals4 = "CLF UYW"
)

// Money is one currency; the zero value stands for a missing one.
type Money struct {
	Code     string // ISO 4217, upper case
	Decimals int    // of its minor unit
}

var currencies = listCurrencies()

func listCurrencies() map[string]Money {
	all := make(map[string]Money)
	for decimals, codes := range map[int]string{0: decimals0, 2: decimals2, 3: decimals3, 4: decimals4} {
		for c := range strings.FieldsSeq(codes) {
			all[c] = Money{Code: c, Decimals: decimals}
		}
	}
	return all
}

// Currency finds a currency by its ISO 4217 code in either case. It knows no
// other: the code is CurrencyUnknown then.
func Currency(s string) (Money, string) {
	if len(s) != 3 {
		return Money{}, code.CurrencyUnknown
	}
	var upper [3]byte
	for i := range upper {
		c := s[i]
		if c-'a' < 26 {
			c -= 'a' - 'A'
		}
		upper[i] = c
	}
	m, ok := currencies[string(upper[:])]
	if !ok {
		return Money{}, code.CurrencyUnknown
	}
	return m, ""
}

// Amount turns a decimal amount of money into minor units, exactly: an amount
// with more decimals than the currency has is AmountPrecision, never rounded. An
// amount other than zero needs a currency: it is CurrencyUnknown without one.
func (m Money) Amount(s string) (int64, string) {
	v, cut, fault := scaled(s, m.Decimals)
	switch {
	case fault != "":
		return 0, fault
	case below(s, v, cut):
		return 0, code.AmountNegative
	case m.Code == "" && (v != 0 || cut != nothing):
		return 0, code.CurrencyUnknown
	case cut != nothing:
		return 0, code.AmountPrecision
	}
	return v, ""
}
