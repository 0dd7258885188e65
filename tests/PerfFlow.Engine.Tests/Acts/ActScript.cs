using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Tests.Acts;

/// <summary>Turns random bytes into acts, legal ones and others, so that a failing sequence shrinks to its shortest form.</summary>
internal sealed class ActScript(byte[] bytes)
{
    private static readonly string[] Outcomes = ["Submit", "Approve", "Return", "ReturnToDepartment", "ReturnToSection", "Issue", "Close", "Nonsense"];

    /// <summary>The decisions that cannot do without an instant, due or answerDue (workflows/README.md): definition, step, outcome.</summary>
    private static readonly HashSet<string> Needs = new(StringComparer.Ordinal)
    {
        "goal-filing departmentReview Return",
        "goal-filing sectionReview Return",
        "goal-filing performanceReview Return",
        "notice issue Issue",
        "monitoring departmentReview Return",
        "monitoring sectionReview Return",
        "monitoring performanceReview Return",
        "self-evaluation departmentReview Return",
        "self-evaluation sectionReview Return",
        "self-evaluation performanceReview Return",
        "department-evaluation confirm Return",
        "spot-check score Return",
        "spot-check verify Approve",
        "finance-evaluation approvePlan Return",
        "finance-evaluation draft Submit",
        "rectification extension Grant",
        "rectification departmentReview Return",
        "rectification sectionReview Return",
        "rectification confirm Return",
        "rectification leader Return",
    };

    private int position;

    /// <summary>The refusals that the facts of the last act deserve, whatever the state.</summary>
    public List<string> Excuses { get; } = [];

    /// <summary>The refusals that they may deserve or not, as what the case opens next decides.</summary>
    public List<string> Maybes { get; } = [];

    public static int VisitOf(Act act) => act switch
    {
        Act.Complete complete => complete.Visit,
        Act.Withdraw withdraw => withdraw.Visit,
        Act.Reassign reassign => reassign.Visit,
        Act.Extend extend => extend.Visit,
        Act.FireTimer fire => fire.Visit,
        Act.DeliverEvent deliver => deliver.Visit,
        Act.Skip skip => skip.Visit,
        Act.ReturnTo to => to.Visit,
        Act.TakeBack back => back.Visit,
        Act.AddParticipant add => add.Visit,
        Act.RemoveParticipant remove => remove.Visit,
        Act.Copy copy => copy.Visit,
        _ => 0,
    };

    public Act? Next(CaseRun run)
    {
        Excuses.Clear();
        Maybes.Clear();
        if (position >= bytes.Length)
            return null;
        var kind = Byte() % 37;
        var visit = Visit(run.Instance);
        if (run.Instance is null && kind > 2)
            kind = 0;
        switch (kind)
        {
            case 0:
                return Start();
            case 1 or 2:
                run.Now = run.Now.AddDays(Byte() % 40);
                return new Act.FireTimer(visit, Timer(run, visit));
            case 3:
                return Withdraw(visit);
            case 4:
                return Withdraw(Math.Max(1, (run.Instance?.LastVisit ?? 1) - 1));
            case 5:
                return Reassign(run.Instance, visit);
            case 6:
                return Extend(run, visit);
            case 7 or 8:
                return new Act.Reopen(Facts.Empty);
            case 9 when Byte() % 4 == 0:
                return new Act.Waive(Facts.Empty);
            case 10 when Byte() % 8 == 0:
                return new Act.Void(Facts.Empty);
            case 11:
                return Deliver(run.Instance, visit);
            case 12:
                return Skip(run.Instance, visit);
            case 13 when Byte() % 2 == 0:
                return Move(run.Instance);
            case 14 when Byte() % 8 == 0:
                return new Act.Cancel(Facts.Empty);
            case 15 when Byte() % 8 == 0:
                return new Act.Retry(Facts.Empty);
            case 28 or 29:
                return Add(run.Instance, visit);
            case 30:
                return Remove(run.Instance, visit);
            case 31:
                return new Act.TakeBack(Seated(run.Instance, visit));
            case 32:
                return new Act.TakeBack(Math.Max(1, (run.Instance?.LastVisit ?? 1) - (Byte() % 3)));
            case 33 when Byte() % 2 == 0:
                return ReturnTo(run, visit);
            case 34 when Byte() % 2 == 0:
                return Copy(visit);
            case 35 when Byte() % 4 == 0 && run.Instance is { } at:
                // To the very version that the case runs on: legal as far as the state can tell, and refused for that alone.
                Excuses.Add(RefusalCodes.SameVersion);
                return new Act.Migrate(at.Definition, Facts.Of(("revision", (long)at.Revision)));
            case 36 when run.Instance is { } left:
                return Succeed(left);
            default:
                return Complete(run.Instance, visit);
        }
    }

    private Act.Start Start()
    {
        var flags = Byte();
        return new Act.Start(Facts.Of(
            ("due", Shipped.Morning.AddDays(30)),
            ("needsDepartment", (flags & 1) != 0),
            ("needsPerformanceReview", (flags & 2) != 0),
            ("proposer", (flags & 4) != 0 ? "FIN_SECTION" : "FIN_PERF"),
            ("signers", Signing.Started[1].Item2)));
    }

    private Act.Withdraw Withdraw(int visit)
    {
        var facts = (Byte() % 6) switch { 0 => Facts.Empty, 1 => Facts.Of(("opened", true)), _ => Facts.Of(("opened", false)) };
        if (facts.Count == 0)
            Excuses.Add(RefusalCodes.MissingFact);
        else if (facts["opened"] is true)
            Excuses.Add(RefusalCodes.AlreadyOpened);
        return new Act.Withdraw(visit, facts);
    }

    private Act.Extend Extend(CaseRun run, int visit)
    {
        var due = run.Now.AddDays((Byte() % 30) - 3);
        if (due <= run.Now)
            Excuses.Add(RefusalCodes.DueInPast);
        return new Act.Extend(visit, due);
    }

    private Act.DeliverEvent Deliver(Instance? instance, int visit)
    {
        var name = Byte() % 4 == 0 ? "anything" : instance?.WaitingFor(visit)?.Name ?? "nothing";
        if (name == "anything")
            Excuses.Add(RefusalCodes.NotWaiting);
        return new Act.DeliverEvent(visit, name, Facts.Empty);
    }

    private Act.Skip Skip(Instance? instance, int visit)
    {
        var open = instance?.OpenVisits.SingleOrDefault(each => each.Visit == visit);
        var offered = instance is null ? [] : LegalActs.Outcomes(instance, visit);
        var outcome = offered.Count > 0 ? offered[Byte() % offered.Count] : "Nonsense";
        if (instance?.Definition.HumanSteps.SingleOrDefault(step => step.ActivityId == open?.ActivityId)?.Returns.Contains(outcome) ?? false)
            Excuses.Add(RefusalCodes.UnknownOutcome);
        return new Act.Skip(visit, Known.With("outcome", outcome));
    }

    /// <summary>Any step of the definition, and sometimes none: what is open already, or lies in a part that does not run, is refused.</summary>
    private Act.Move Move(Instance? instance)
    {
        var steps = instance?.Definition.HumanSteps ?? [];
        var pick = Byte();
        var target = steps.Count == 0 || pick % 9 == 0 ? "nowhere" : steps[pick % steps.Count].ActivityId;
        if (target == "nowhere")
            Excuses.Add(RefusalCodes.UnknownStep);
        else if (instance!.OpenVisits.Any(open => open.ActivityId == target))
            Excuses.Add(RefusalCodes.StepOpen);
        else if (LegalActs.MoveTargets(instance).Single(step => step.Name == target).RefusalCode is { } refusal)
            Excuses.Add(refusal);
        // A branch reads its instant of the decision before it, which there may be none of.
        return new Act.Move(target, instance?.Variables.ContainsKey("decision") ?? false
            ? Known.With(Act.Variables, Facts.Of(("decision", Facts.Of(("answerDue", Shipped.Morning.AddDays(20))))))
            : Known);
    }

    /// <summary>Mostly a visit that was decided at a step where others still decide.</summary>
    private int Seated(Instance? instance, int visit)
    {
        var seats = instance?.Participants ?? [];
        return seats.Count > 0 ? seats[Byte() % seats.Count].Visit : visit;
    }

    private Act.AddParticipant Add(Instance? instance, int visit)
    {
        var seats = instance?.Participants ?? [];
        var own = seats.SingleOrDefault(seat => seat.Visit == visit && seat.State == ParticipantState.Open);
        var by = own?.Holder ?? "p";
        var flags = Byte();
        var holders = Enumerable.Range(0, flags % 3 == 0 ? 2 : 1).Select(_ => "abcdefgp"[Byte() % 8].ToString()).ToList();
        if (flags == 255)
            holders.Clear();
        var place = (ParticipantPlace)(1 + (flags / 3 % 4));
        var others = own is null ? [] : seats.Where(seat => seat.Step == own.Step && seat.State < ParticipantState.Removed).ToList();
        if (holders.Count == 0)
            Excuses.Add(RefusalCodes.MissingFact);
        if (Math.Max(others.Count, 1) + holders.Count > Participant.Most)
            Excuses.Add(RefusalCodes.TooManyParticipants);
        if (holders.Contains(by))
            Excuses.Add(RefusalCodes.SelfParticipant);
        if (holders.Distinct().Count() < holders.Count || holders.Exists(holder => others.Exists(seat => seat.Holder == holder && seat.State != ParticipantState.Replied)))
            Excuses.Add(RefusalCodes.AlreadyParticipant);
        return Signing.Add(visit, by, place, [.. holders]);
    }

    private Act.RemoveParticipant Remove(Instance? instance, int visit)
    {
        var seats = instance?.Participants ?? [];
        var pick = seats.Count == 0 ? null : seats[Byte() % seats.Count];
        if (pick is null)
            return new Act.RemoveParticipant(visit, 1, null);
        var by = Byte() % 3 == 0 ? "p" : null;
        var here = seats.Where(seat => seat.Step == pick.Step).ToList();
        if (pick.State is not (ParticipantState.Waiting or ParticipantState.Open))
            Excuses.Add(RefusalCodes.ParticipantDecided);
        if (by is not null && here.Find(seat => seat.Number == pick.For)?.Holder != by)
            Excuses.Add(RefusalCodes.NotAdder);
        if (IsSigner(pick) && here.Count(IsSigner) == 1)
            Excuses.Add(RefusalCodes.LastParticipant);
        if (instance!.OpenVisits.Any(open => open.ActivityId == "votes"))
            Maybes.Add(RefusalCodes.PassOutOfReach);
        return new Act.RemoveParticipant(pick.Step, pick.Number, by);

        static bool IsSigner(Participant seat) => seat.Place is ParticipantPlace.Listed or ParticipantPlace.Beside && seat.State < ParticipantState.Removed;
    }

    private Act.Reassign Reassign(Instance? instance, int visit)
    {
        var to = Byte() % 2 == 0 ? null : "u7";
        var seats = instance?.Participants ?? [];
        if (to is not null && seats.SingleOrDefault(seat => seat.Visit == visit && seat.State == ParticipantState.Open) is { } own && own.Holder != to && seats.Any(seat => seat.Step == own.Step && Sits(seat, to)))
            Excuses.Add(RefusalCodes.AlreadyParticipant);
        return new Act.Reassign(visit, to);
    }

    /// <summary>A way straight back may wait for the leaver, which the seats do not show.</summary>
    private Act.Succeed Succeed(Instance instance)
    {
        var seats = instance.Participants;
        var waiting = seats.Where(seat => seat.State == ParticipantState.Waiting).ToList();
        var from = waiting.Count > 0 && Byte() % 4 > 0 ? waiting[Byte() % waiting.Count].Holder! : "p";
        var to = Byte() % 2 == 0 ? "u7" : "g";
        if (waiting.Exists(seat => seat.Holder == from && seats.Any(other => other.Step == seat.Step && Sits(other, to))))
            Excuses.Add(RefusalCodes.AlreadyParticipant);
        else if (!waiting.Exists(seat => seat.Holder == from))
            Maybes.Add(RefusalCodes.NothingWaits);
        return new Act.Succeed(from, to);
    }

    private static bool Sits(Participant seat, string holder) => seat.Holder == holder && seat.State < ParticipantState.Removed && seat.State != ParticipantState.Replied;

    private Act.ReturnTo ReturnTo(CaseRun run, int visit)
    {
        var steps = run.Instance?.Definition.HumanSteps ?? [];
        var pick = Byte();
        var targets = run.Instance is null ? [] : LegalActs.ReturnTargets(run.Instance, visit, run.Decided);
        var target = pick % 4 == 0 || targets.Count == 0 ? steps.Count == 0 ? "nowhere" : steps[pick / 4 % steps.Count].ActivityId : targets[pick % targets.Count].Name;
        var straight = Byte() % 2 == 0;
        if (targets.SingleOrDefault(step => step.Name == target) is { } known)
            Excuses.AddRange(known.RefusalCode is { } code ? [code] : []);
        else
            Excuses.Add(RefusalCodes.NotEarlier);
        // a branch may read an instant of the decision before it; a step behind a join cannot be come back to
        Maybes.AddRange([RefusalCodes.StepFails, .. straight ? [RefusalCodes.StepJoins] : System.Array.Empty<string>()]);
        return new Act.ReturnTo(visit, target, straight, "p", Known.With("visited", run.Decided.ToArray()));
    }

    private Act.Copy Copy(int visit)
    {
        if (Byte() % 4 > 0)
            return new Act.Copy(visit, ["q"]);
        Excuses.Add(RefusalCodes.MissingFact);
        return new Act.Copy(visit, []);
    }

    private static Facts Known => Facts.Of(
        ("due", Shipped.Morning.AddDays(40)), ("answerDue", Shipped.Morning.AddDays(20)), ("opens", "goal-filing"), ("targets", new object?[] { Facts.Of(("unit", "u1")) }));

    private Act.Complete Complete(Instance? instance, int visit)
    {
        var offered = instance is null ? [] : LegalActs.Outcomes(instance, visit);
        var pick = Byte();
        var outcome = pick % 5 != 0 && offered.Count > 0 ? offered[pick % offered.Count] : Outcomes[pick % Outcomes.Length];
        var facts = Facts.Of(("outcome", outcome));
        var step = instance?.OpenVisits.SingleOrDefault(open => open.Visit == visit)?.ActivityId;
        if (pick < 250)
            facts = facts.With("due", Shipped.Morning.AddDays(40)).With("answerDue", Shipped.Morning.AddDays(20)).With("opens", "goal-filing").With("targets", new object?[] { Facts.Of(("unit", "u1")) });
        else if (instance?.Participants.Any(seat => seat.Visit == visit) ?? false)
            Maybes.Add(RefusalCodes.MissingFact);
        else if (Needs.Contains($"{instance?.Definition.DefinitionId} {step} {outcome}"))
            (instance!.FrameOf(visit)?.Data is Back ? Maybes : Excuses).Add(RefusalCodes.MissingFact); // straight back to whoever had returned it, nothing needs the instant
        if (offered.Count > 0 && !offered.Contains(outcome))
            Excuses.Add(RefusalCodes.UnknownOutcome);
        return new Act.Complete(visit, facts);
    }

    private string Timer(CaseRun run, int visit)
    {
        var open = run.Instance?.OpenVisits.SingleOrDefault(each => each.Visit == visit);
        if (Byte() % 8 == 0 || open is null || open.Due is not Deadline.At due || due.Instant > run.Now)
            Excuses.Add(RefusalCodes.TimerNotDue);
        return Excuses.Count > 0 && open is { Due: Deadline.At at } && at.Instant <= run.Now ? "other" : open?.ActivityId ?? "none";
    }

    /// <summary>Mostly an open visit, sometimes an older one, sometimes none at all.</summary>
    private int Visit(Instance? instance)
    {
        var pick = Byte();
        if (instance is null)
            return pick % 3;
        return pick % 8 == 0 || instance.OpenVisits.Count == 0
            ? pick / 8 % (instance.LastVisit + 2)
            : instance.OpenVisits[pick % instance.OpenVisits.Count].Visit;
    }

    private byte Byte() => position < bytes.Length ? bytes[position++] : (byte)0;
}
