package brief

import "strings"

// The tables of words. Each is a set of lower-case words, or of base forms where its
// comment says so.

func set(words ...string) map[string]bool {
	out := map[string]bool{}
	for _, line := range words {
		for _, w := range strings.Fields(line) {
			out[w] = true
		}
	}
	return out
}

var (
	determiners = set(`a an the this that these those each every all any some no both either neither another such what whatever more most much many few several other`)
	possessives = set(`my your our his her its their one's`)
	pronouns    = set(`i me we us you he him she it they them myself itself themselves ourselves yourself himself herself who whom someone anyone everyone everybody anybody somebody something anything everything nothing nobody one ones others mine theirs there i'd i'll we'd we'll they'd they'll you'd you'll it'll`)
	// prepositions start what is neither subject nor object.
	prepositions = set(`of in on at by for from with within without into onto about above across after against along among around as before behind below beneath beside besides between beyond during except inside near off out outside over past per since through throughout till to toward towards under until up upon via versus via than like regarding concerning based according`)
	conjunctions = set(`and or but nor / & and/or plus`)
	// clauseWords begin a clause with a subject of its own.
	clauseWords = set(`that which who whose whom when where while if because since although though unless until whether how why what once whenever wherever so`)
	modals      = set(`can could may might must shall should will would cannot can't won't shouldn't couldn't wouldn't need needs ought`)
	auxiliaries = set(`am is are was were be been being has have had do does did isn't aren't wasn't don't doesn't didn't haven't hasn't i'm i've it's they're we're`)
	adverbs     = set(`not never also always only just then even still again already now soon later here together ahead away back down up too very well easily often sometimes instead rather quite almost online offline first twice once n't however therefore thus anonymously anytime anywhere as directly automatically immediately asap below above faster slower afterwards subsequently`)
	// notAdverbs end in -ly and are none.
	notAdverbs = set(`reply supply family assembly apply comply daily weekly monthly yearly hourly early friendly multiply rely fly anomaly only monopoly july assembly likely timely costly user-friendly read-only quarterly`)
	function   = union(determiners, possessives, pronouns, prepositions, conjunctions, clauseWords, modals, auxiliaries)
)

func union(sets ...map[string]bool) map[string]bool {
	out := map[string]bool{}
	for _, s := range sets {
		for w := range s {
			out[w] = true
		}
	}
	return out
}

// verbs are base forms that are hardly ever nouns; either are base forms that are
// nouns as often.
var (
	verbs = set(`
abandon accept access accomplish achieve acknowledge acquire act activate adapt add adhere adjust administer adopt advertise advise aggregate agree alert allocate allow analyse analyze annotate announce anonymise anonymize answer appear append apply appoint approve archive arrange ask assemble assess assign assist associate assume attach attain attend audit authenticate authorise authorize automate avoid
become begin believe belong block borrow bring browse build bundle buy
calculate cancel capture carry categorise categorize check choose clarify classify clean clear click clone close collaborate collect combine come communicate compare compile complain complete comply compose compute conduct configure confirm connect consider consolidate construct consult consume contain continue contribute convert convey cooperate coordinate copy correct correspond create crop customise customize
deactivate deal debug decide decline decrease deduce define delegate delete deliver demonstrate deny depend deploy deposit derive describe determine develop diagnose differ differentiate digitise disable discard disclose disconnect discover discuss dismiss dispatch display distinguish distribute dive divide donate download drag draw drill drop duplicate
earn edit eliminate email embed empower enable encode encourage encrypt enforce engage enhance enjoy enrich enroll enrol ensure enter erase escalate establish evaluate examine exceed exchange exclude execute expand expect explain explore expose express extend extract
facilitate fail familiarise fetch file fill find finish fix follow forecast forward foster fulfil fulfill
gain gather generate get give go grant group grow guarantee guess guide
handle have hear help hide highlight hire hold host
identify ignore illustrate impersonate implement import improve include incorporate increase indicate inform ingest inherit initialise initiate input insert inspect install integrate interact interpret introduce inventory investigate invite invoke involve invoice isolate issue
join judge justify keep know
launch lead learn leave lend let leverage light list load locate lock log login logout look lose
maintain make manage manipulate map mark match maximise maximize measure meet merge migrate minimise minimize mitigate moderate modify monitor motivate move
navigate negotiate nominate normalise notify
observe obtain occur offer onboard open operate opt optimise optimize organise organize outline override oversee own
paint park participate pass paste pay perform permit persist personalise personalize pick pinpoint place plan play point populate post practise predict prefer prepare present preserve press prevent preview print prioritise prioritize proceed process procure produce promote prompt propose protect prove provide publish purchase push put
qualify query quote
raise reach reactivate react read realise realize reassign rebuild receive recognise recognize recommend reconcile reconstruct record recover redeem redirect redo reduce refer refine reflect refresh refund regain register reinstate reject relate relaunch release rely remain remember remind remove rename render renew reopen reorder repeat replace replicate reply report repost represent reproduce request require reschedule reserve reset resize resolve respond restore restrict resubmit resume retain rethink retrieve return reuse reveal revert review revise revoke reward rotate route run
satisfy save scale scan schedule scroll search secure see seek select sell send separate serve set settle share ship show sign simplify simulate skip solve sort specify spend split standardise start stay stop store streamline strengthen structure submit subscribe suggest summarise summarize supply support suppress surface suspend switch synchronise synchronize sync
tag tailor take teach tell terminate test toggle track train transfer transform translate transmit treat trigger troubleshoot trust try tune turn type
undelete understand undo unlink unlock unpublish unsubscribe update upgrade upload use utilise utilize
validate verify view visit visualise visualize vote
wait balance call arrive adopt walk want warn wash watch wish withdraw work wrap write zoom revisit personify reschedule crowdsource geotag bookmark favourite favorite rate filter export expire invoke rent refuel reassure recruit rank score roll shed leak harvest reimburse influence propagate calibrate redact cite shortlist brew sow plough plow
abort accelerate accompany accumulate adjourn align amend anticipate arbitrate assert attract augment await blend boost bypass cater celebrate centralise centralize certify circulate coax
commence commend commit compensate compress conceal conclude condense confer confine conform congratulate conserve convene convince correlate counteract crawl cultivate curate decode decommission decompose decrypt
dedicate deduct deem defend defer demote denote deprecate deprovision designate detach detect deter devise dictate discontinue discourage dispense displace dispose disseminate dissolve diversify downgrade
embark emphasise emphasize emulate encounter endorse enlarge enlist entertain entitle enumerate envision equip evacuate exempt expedite finalise finalize forgive formulate furnish geolocate greet grind happen exist
handpick harden impose impress induce infer inflate initialize inquire insist inspire instruct insure intend intercept invalidate invest itemise itemize iterate liquidate listen litigate localise
localize memorise memorize mediate mobilise mobilize neglect neutralise neutralize nurture oblige offload omit orchestrate overlay overwrite penalise penalize persuade preload prescribe prohibit prolong pronounce
proofread prosecute provision prune pursue quantify readjust reallocate rearrange reboot rebook recalculate recharge reclaim recompute reconfigure reconnect redeploy redesign redistribute reenter refactor refill reformat
regenerate regulate rehearse reimport reindex rejoin relabel relocate renegotiate renumber reorganise reorganize repay rephrase reprint reprocess rerun resell resend reside resign resist resync retake
retest retrain retire retry revalidate revamp revive rewind rewrite safeguard sanitise sanitize scrape segment seize sew sharpen shorten shred shuffle sing sketch soften spectate
speak steer stitch stretch strive subdivide sublet subtract succeed summon supervise survive sweep swipe tackle thank think thrive throttle tighten transcribe transition truncate tweak
unarchive unassign unblock undertake unfollow uninstall unify unite unpack unpin unregister unsend unshare untag unveil uphold urge vacate veto violate waive weigh welcome whitelist
withhold yield`)
	// either are base forms that are nouns as often; a neighbour decides.
	either = set(`
access address alert answer archive audit block build buy change charge check click close comment contact control copy credit deal deposit design display document download drop email end estimate exchange export feature file filter find fix flag focus follow function group guide help hold host import increase index input interest interface invite invoice issue join label lead limit link list load lock log login look map mark match measure meet message model monitor move name need note notice number offer open order own park pass pay permit pick place plan play point position post practice present preview price print process produce profile program project promise prompt purchase push query question quote range rank rate read record refund register release remedy rent reply report request research reserve reset result return reuse review reward route rule run sample save scale scan schedule score search share ship show sign sort source stack stage start state stay step stop store structure study supply support surface survey switch tag target task test text time title touch tour track trade train transfer trigger trust try turn type update upgrade upload use value view visit vote wait walk watch wish work zoom crop favourite favorite bid queue page swap freeze book repair
award backup ban bill bridge broadcast cast challenge chart chat commission contest contract contrast cover cue damage date delay demand detail direct discharge dispute
draft drive exercise exhibit exit fit flip fold force fork format frame free fund gauge gift grade graph guard halt hand interview kick kill
license licence loan mail mask mentor mirror mix mount mute nudge nurse pack pair patch patrol pause petition phone photograph pin pitch poll pool
praise race recall recycle rescue risk screen script seal seed sequence shape shift shop signal silence snooze spot spread stamp strike style sum surf
tap tax claim tick tie tip trace transport travel trick trim triage volunteer wager watermark wipe witness`)
	// skipped are verbs between the person and what the person does.
	skipped = set(`want need like wish would should could can must able prefer expect hope love have-to`)
	// phrasal are the particles that belong to a verb.
	phrasal = map[string]string{"log": "in out on", "sign": "up in out off", "set": "up", "look": "up for at", "pick": "up", "check": "out in", "opt": "in out", "drop": "off", "fill": "in out", "follow": "up", "turn": "on off", "take": "over", "switch": "on off", "back": "up", "find": "out", "keep": "up", "carry": "out", "zoom": "in out", "scale": "up", "clean": "up", "roll": "back out", "opt-in": "", "point": "out", "narrow": "down", "drill": "down", "go": "back", "come": "back", "hand": "over in", "page": "through"}
)

// irregular forms of verbs, to their base form.
var irregular = map[string]string{
	"made": "make", "sent": "send", "given": "give", "gave": "give", "taken": "take", "took": "take", "seen": "see", "saw": "see", "shown": "show", "written": "write", "kept": "keep", "held": "hold", "found": "find", "paid": "pay", "sold": "sell", "bought": "buy", "built": "build", "chosen": "choose", "known": "know", "told": "tell", "done": "do", "got": "get", "lost": "lose", "met": "meet", "set": "set", "put": "put", "read": "read", "left": "leave", "run": "run", "drawn": "draw", "withdrawn": "withdraw", "hidden": "hide", "lent": "lend", "caught": "catch", "taught": "teach", "driven": "drive", "stolen": "steal", "broken": "break", "spoken": "speak", "forgotten": "forget", "thrown": "throw", "worn": "wear", "won": "win", "led": "lead", "fed": "feed", "undone": "undo", "understood": "understand", "has": "have", "had": "have", "goes": "go", "gone": "go", "bound": "bind", "spent": "spend",
}

// people are nouns for those who use a system, beyond those that their ending
// tells; notPeople end like them and are none.
var (
	people    = set(`user admin customer client guest staff team clerk student member patient employee agent member public citizen person people colleague accountant assistant consultant participant applicant merchant nurse chef cook pilot analyst partner boss executive intern parent child resident tenant librarian technician representative rep physician dba devops citizens attendee trainee child owner realtor coach judge peer lead dispatcher courier individual human crew department guardian volunteer superuser pupil cadet inhabitant household pensioner veteran fan kid adult patron bride groom host friend neighbour neighbor`)
	notPeople = set(`server order number filter folder parameter container router printer header footer offer transfer letter paper identifier timer monitor sensor error indicator processor connector browser computer register trigger counter calendar layer marker pointer register char filter buffer cluster newsletter voucher power weather cover banner folder slider helper divider counter answer water scanner controller adapter loader behavior behaviour color vector factor editor tracker reminder sticker ticker flyer tier chapter quarter semester centimeter meter character matter later never after over under other another either whether together however number per member-number broker-file refer enter filter consider remember render deliver cancel center centre motor floor door mirror simulator emulator generator calculator elevator projector longer shorter faster slower greater lower higher larger smaller sooner quicker further switchover handover takeover failover turnover changeover rollover tutor-mode navigator locator validator cursor`)
)
