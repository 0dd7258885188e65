using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Tests.Acts;

/// <summary>
/// domain.md §3.0 written down a second time, as a table of step kind × act × state: what the engine decides is compared with it.
/// </summary>
internal static class StateTable
{
    private const string Ok = "";

    private const string No = "act-not-allowed";
    private const string Gone = "visit-closed";
    private const string Nothing = "nothing-to-withdraw";

    private static readonly string[] Columns = ["fill", "review", "act", "timer", "event", "seat", "asked", "decided", "older", "none"];

    private static readonly Dictionary<string, string[]> Running = new(StringComparer.Ordinal)
    {
        //                      fill     review   act      timer    event    seat     asked    just decided   earlier            no such visit
        ["Complete"] =         [Ok,      Ok,      Ok,      No,      No,      Ok,      Ok,      Gone,          Gone,              Gone],
        ["Withdraw"] =         [Nothing, Nothing, Nothing, Nothing, Nothing, Nothing, Nothing, Ok,            "already-opened",  Gone],
        ["Reassign"] =         [Ok,      Ok,      Ok,      No,      No,      Ok,      Ok,      Gone,          Gone,              Gone],
        ["Extend"] =           [Ok,      Ok,      Ok,      Ok,      No,      Ok,      Ok,      Gone,          Gone,              Gone],
        ["FireTimer"] =        [No,      No,      No,      Ok,      No,      No,      No,      Gone,          Gone,              Gone],
        ["Skip"] =             [No,      Ok,      Ok,      Ok,      No,      Ok,      Ok,      Gone,          Gone,              Gone],
        ["DeliverEvent"] =     [No,      No,      No,      No,      Ok,      No,      No,      Gone,          Gone,              Gone],
        ["ReturnTo"] =         [No,      Ok,      Ok,      No,      No,      Ok,      No,      Gone,          Gone,              Gone],
        ["AddParticipant"] =   [No,      Ok,      Ok,      No,      No,      Ok,      No,      Gone,          Gone,              Gone],
        ["RemoveParticipant"] = [No,     No,      No,      No,      No,      Ok,      Ok,      Gone,          Gone,              Gone],
        ["Copy"] =             [Ok,      Ok,      Ok,      No,      No,      Ok,      Ok,      Gone,          Gone,              Gone],
        ["TakeBack"] =         [Nothing, Nothing, Nothing, Nothing, Nothing, Nothing, Nothing, Ok,            "already-acted",   Gone],
    };

    /// <summary>Of a step that several decide: a seat's decision is taken back by what the others at the step have done, in each of the four ways.</summary>
    //                                                    none of them acted   the next has acted
    private static readonly Dictionary<string, string[]> TakingBackASeat = new(StringComparer.Ordinal)
    {
        ["all"] = [Ok, Ok],
        ["any"] = [Ok, Ok],
        ["votes"] = [Ok, Ok],
        ["turn"] = [Ok, "already-acted"],
    };

    /// <summary>The refusal that the table expects, or null.</summary>
    /// <param name="act">Name of the act.</param>
    /// <param name="instance">The case.</param>
    /// <param name="visit">What the act is aimed at.</param>
    /// <param name="history">The visits decided so far, the last one last, and whether it can be undone.</param>
    public static string? Expected(string act, Instance? instance, int visit, History history)
    {
        if (instance is null)
            return act == "Start" ? null : "not-started";
        if (act == "Start")
            return "not-startable";
        switch (instance.Status)
        {
            case InstanceStatus.Finished when act == "Reopen":
                return history.LastIsReversible ? null : "not-reversible";
            case InstanceStatus.Finished or InstanceStatus.Waived or InstanceStatus.Voided or InstanceStatus.Cancelled:
                return "already-finished";
        }

        switch (act)
        {
            case "Void" or "Cancel" or "Move" or "Migrate" or "Succeed":
                return null;
            case "Retry":
                return "not-faulted";
            case "Reopen":
                return "not-finished";
            case "Waive":
                return history.Submitted ? "already-submitted" : instance.OpenVisits.Any(open => open.Kind == "fill") ? null : "act-not-allowed";
        }

        if (instance.Participants.FirstOrDefault(seat => seat.Visit == visit && visit > 0 && Decided(seat)) is { } decided && act == "TakeBack")
            return Cell(TakeBack(instance, decided));
        if (act == "RemoveParticipant" && instance.Participants.Any(seat => visit > 0 && (seat.Step == visit || seat.Visit == visit)))
            return null;
        var cell = Running[act][Column(instance, visit, history)];
        if (act == "TakeBack" && cell == Ok)
            return !history.LastIsReversible ? "not-reversible" : history.WithdrawableKind is "review" or "act" ? null : "act-not-allowed";
        if (act == "Withdraw" && cell == Ok && !history.LastIsReversible)
            return "not-reversible";
        return Cell(cell);
    }

    private static string? Cell(string cell) => cell == Ok ? null : cell;

    private static bool Decided(Participant seat) => seat.State is ParticipantState.Approved or ParticipantState.Dissented or ParticipantState.Replied;

    /// <summary>
    /// Whoever was asked first hands over to the one who asked, the one who asked for a signature afterwards to that signer, and in turn
    /// everybody to the next in order: these have acted when they decided, or asked somebody themselves.
    /// </summary>
    private static string TakeBack(Instance instance, Participant decided)
    {
        var seats = instance.Participants.Where(seat => seat.Step == decided.Step && seat.State < ParticipantState.Removed).ToList();
        var mode = instance.Definition.HumanSteps.Single(step => step.ActivityId == instance.OpenVisits.First(open => seats.Exists(seat => seat.Visit == open.Visit)).ActivityId).Countersign?.Mode.ToString().ToLowerInvariant() ?? "all";
        if (decided.Place is ParticipantPlace.Before or ParticipantPlace.Asked && Decided(seats.Single(seat => seat.Number == decided.For)))
            return "already-acted";
        if (seats.Exists(seat => seat.Place == ParticipantPlace.After && seat.For == decided.Number && Acted(seat)))
            return "already-acted";
        var signer = decided;
        while (signer.Place is not (ParticipantPlace.Listed or ParticipantPlace.Beside))
            signer = seats.Single(seat => seat.Number == signer.For);
        var next = seats.Exists(seat => seat.Place is ParticipantPlace.Listed or ParticipantPlace.Beside && seat.Order > signer.Order && Acted(seat));
        return TakingBackASeat[mode][next ? 1 : 0];

        bool Acted(Participant seat) => Decided(seat) || seats.Exists(asked => asked.For == seat.Number && asked.Place != ParticipantPlace.Beside);
    }

    private static int Column(Instance instance, int visit, History history)
    {
        var open = instance.OpenVisits.SingleOrDefault(each => each.Visit == visit);
        var seated = open is null ? null : instance.Participants.SingleOrDefault(seat => seat.Visit == visit);
        var name = seated is not null ? seated.Place == ParticipantPlace.Asked ? "asked" : "seat" : open?.Kind ?? (visit < 1 || visit > instance.LastVisit ? "none" : visit == history.Withdrawable ? "decided" : "older");
        return Array.IndexOf(Columns, name);
    }
}

/// <summary>What a bystander remembers of a case.</summary>
internal sealed class History
{
    /// <summary>Something was ever submitted.</summary>
    public bool Submitted { get; private set; }

    /// <summary>The decided visit that nothing but its own consequences has followed; 0 = none.</summary>
    public int Withdrawable { get; private set; }

    /// <summary>What kind of step it decided.</summary>
    public string? WithdrawableKind { get; private set; }

    /// <summary>The last decision did nothing outside the case.</summary>
    public bool LastIsReversible { get; private set; }

    public void Note(Act act, Instance? before, IReadOnlyList<Effect> effects)
    {
        if (act is Act.Complete or Act.Skip or Act.ReturnTo)
            WithdrawableKind = before!.OpenVisits.Single(open => open.Visit == ActScript.VisitOf(act)).Kind;
        switch (act)
        {
            case Act.ReturnTo to:
                Withdrawable = to.Visit;
                LastIsReversible = !effects.OfType<Effect.CasesStarted>().Any();
                break;
            case Act.RemoveParticipant:
                Withdrawable = 0;
                LastIsReversible = effects.OfType<Effect.CaseEnded>().Any();
                break;
            case Act.Complete complete:
                Submitted |= before!.OpenVisits.Single(open => open.Visit == complete.Visit).Kind == "fill";
                Withdrawable = complete.Visit;
                LastIsReversible = !effects.OfType<Effect.CasesStarted>().Any();
                break;
            case Act.Skip skip when before!.OpenVisits.Single(open => open.Visit == skip.Visit).Kind != "timer":
                Withdrawable = skip.Visit;
                LastIsReversible = !effects.OfType<Effect.CasesStarted>().Any();
                break;
            case Act.FireTimer or Act.DeliverEvent or Act.Skip:
                Withdrawable = 0;
                break;
            case Act.Withdraw or Act.Reopen or Act.Move or Act.TakeBack or Act.AddParticipant:
                Withdrawable = 0;
                LastIsReversible = false;
                break;
        }
    }
}
