using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Tests.Acts;

/// <summary>
/// domain.md §3.0 written down a second time, as a table of step kind × act × state: what the engine decides is compared with it.
/// </summary>
internal static class StateTable
{
    private const string Ok = "";

    private static readonly string[] Columns = ["fill", "review", "act", "timer", "event", "decided", "older", "none"];

    private static readonly Dictionary<string, string[]> Running = new(StringComparer.Ordinal)
    {
        //                 open fill              open review            open act               open timer             open event             just decided     decided earlier   no such visit
        ["Complete"] = [Ok, Ok, Ok, "act-not-allowed", "act-not-allowed", "visit-closed", "visit-closed", "visit-closed"],
        ["Withdraw"] = ["nothing-to-withdraw", "nothing-to-withdraw", "nothing-to-withdraw", "nothing-to-withdraw", "nothing-to-withdraw", Ok, "already-opened", "visit-closed"],
        ["Reassign"] = [Ok, Ok, Ok, "act-not-allowed", "act-not-allowed", "visit-closed", "visit-closed", "visit-closed"],
        ["Extend"] = [Ok, Ok, Ok, Ok, "act-not-allowed", "visit-closed", "visit-closed", "visit-closed"],
        ["FireTimer"] = ["act-not-allowed", "act-not-allowed", "act-not-allowed", Ok, "act-not-allowed", "visit-closed", "visit-closed", "visit-closed"],
        ["Skip"] = ["act-not-allowed", Ok, Ok, Ok, "act-not-allowed", "visit-closed", "visit-closed", "visit-closed"],
        ["DeliverEvent"] = ["act-not-allowed", "act-not-allowed", "act-not-allowed", "act-not-allowed", Ok, "visit-closed", "visit-closed", "visit-closed"],
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
            case "Void" or "Cancel" or "Move":
                return null;
            case "Retry":
                return "not-faulted";
            case "Reopen":
                return "not-finished";
            case "Waive":
                return history.Submitted ? "already-submitted" : instance.OpenVisits.Any(open => open.Kind == "fill") ? null : "act-not-allowed";
        }

        var cell = Running[act][Column(instance, visit, history)];
        if (act == "Withdraw" && cell == Ok && !history.LastIsReversible)
            return "not-reversible";
        return cell == Ok ? null : cell;
    }

    private static int Column(Instance instance, int visit, History history)
    {
        var open = instance.OpenVisits.SingleOrDefault(each => each.Visit == visit);
        var name = open?.Kind ?? (visit < 1 || visit > instance.LastVisit ? "none" : visit == history.Withdrawable ? "decided" : "older");
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

    /// <summary>The last decision did nothing outside the case.</summary>
    public bool LastIsReversible { get; private set; }

    public void Note(Act act, Instance? before, IReadOnlyList<Effect> effects)
    {
        switch (act)
        {
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
            case Act.Withdraw or Act.Reopen or Act.Move:
                Withdrawable = 0;
                LastIsReversible = false;
                break;
        }
    }
}
