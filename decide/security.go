package decide

// securityQuestions decide who is who, and what each may do.
var securityQuestions = []question{
	identityQuestion,
	signInQuestion,
	serviceIdentityQuestion,
	rolesQuestion,
}
