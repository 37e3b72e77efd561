package eventlog

// admits reports whether a column of a table can be held in a form.
func admits(t *table, column int, f form, list bool) bool {
	if f == formOther {
		return false
	}
	role := roleOf(t, column)
	if list {
		return role == roleList || role == roleAny
	}
	switch role {
	case roleText:
		return f == formText
	case roleID:
		return f == formText || f == formUUID || f == formInt || f == formUint
	case roleTime:
		return f != formUUID && f != formTruth
	case roleNumber:
		return f == formText || f == formInt || f == formUint || f == formDecimal || f == formReal
	case roleTruth:
		return f == formText || f == formTruth || f == formInt || f == formUint
	case roleList:
		return f == formText
	}
	return true
}

// role is what the values of a column of ours are.
type role uint8

const (
	roleAny role = iota
	roleText
	roleID
	roleTime
	roleNumber
	roleTruth
	roleList
)

var roles = map[*table][]role{
	eventTable: {eventID: roleID, eventTS: roleTime, eventUser: roleID, eventItem: roleID, eventType: roleText,
		eventSeconds: roleNumber, eventProgress: roleNumber, eventRating: roleNumber, eventAmount: roleNumber,
		eventCurrency: roleText, eventPlan: roleText, eventChannel: roleText, eventReceived: roleTime},
	userTable: {userID: roleID, userOccupation: roleText, userAge: roleNumber, userGender: roleText, userRegion: roleText,
		userSignup: roleTime, userConsent: roleList},
	itemTable: {itemID: roleID, itemTitle: roleText, itemDomain: roleText, itemCategory: roleText, itemTags: roleList,
		itemDifficulty: roleNumber, itemLecturer: roleID, itemBackground: roleText, itemPrice: roleNumber,
		itemCurrency: roleText, itemDuration: roleNumber, itemPublished: roleTime, itemPrerequisites: roleList,
		itemPartner: roleID, itemAvailable: roleTruth},
	partnerTable: {partnerID: roleID, partnerName: roleText, partnerIndustry: roleText, partnerRegion: roleText,
		partnerTags: roleList},
	trendTable: {trendTS: roleTime, trendDomain: roleText, trendTopic: roleText, trendValue: roleNumber, trendSource: roleText},
}

// roleOf returns roleAny for the columns of tables that are not canonical: of
// those a mapping makes what it says.
func roleOf(t *table, column int) role {
	if r := roles[t]; column < len(r) {
		return r[column]
	}
	return roleAny
}
