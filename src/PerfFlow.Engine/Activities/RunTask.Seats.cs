using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Activities;

/// <summary>
/// A human step that several decide: its frame holds the seats and no visit; every open seat is a frame within it with a visit
/// of its own. A step gets seats from its definition, or when its holder asks others to sign.
/// </summary>
internal sealed partial class RunTaskNode
{
    private static readonly string[] Answers = [Participant.Reply];

    /// <summary>The visit is somebody's who was asked and only answers.</summary>
    public static bool IsAsked(Frame frame) => frame.Counter > 0 && frame.Parent!.Panel![frame.Counter].Place == ParticipantPlace.Asked;

    /// <summary>加签, 委派; null, or why not.</summary>
    public Decision.Refused? Add(Burst burst, Frame frame, Act.AddParticipant act)
    {
        var step = frame.Counter > 0 ? frame.Parent! : frame;
        var panel = step.Panel ?? Alone(frame, act.By);
        var adder = panel[Math.Max(frame.Counter, 1)];
        if (act.Signers.Count == 0)
            return new Decision.Refused(RefusalCodes.MissingFact, "signers");
        if (panel.Seats.Count(seat => seat.IsActive) + act.Signers.Count > Participant.Most)
            return new Decision.Refused(RefusalCodes.TooManyParticipants, $"A step has at most {Participant.Most} participants.");
        if (act.Signers.Any(signer => signer.Holder == act.By || signer.Holder == adder.Holder))
            return new Decision.Refused(RefusalCodes.SelfParticipant, act.By);
        if (act.Signers.FirstOrDefault(signer => panel.Has(signer.Holder)) is { } known)
            return new Decision.Refused(RefusalCodes.AlreadyParticipant, known.Holder);
        if (act.Signers.Select(signer => signer.Holder).Distinct(StringComparer.Ordinal).Count() < act.Signers.Count)
            return new Decision.Refused(RefusalCodes.AlreadyParticipant, "named twice");

        if (step.Panel is null)
            TakeSeat(burst, frame);
        burst.Opener = frame.Visit?.Visit ?? adder.Visit;
        step.Data = panel.WithMore(act.Signers.Select((signer, i) => new Seat(
            panel.Seats.Count + i + 1, adder.Order, act.Place, ParticipantState.Waiting, 0, signer.Holder, signer.Post, signer.Weight, adder.Number, null, null)));
        Settle(burst, step);
        return null;
    }

    /// <summary>减签; null, or why not.</summary>
    public Decision.Refused? RemoveSeat(Burst burst, Frame step, Act.RemoveParticipant act)
    {
        var panel = step.Panel!;
        if (act.Number < 1 || act.Number > panel.Seats.Count)
            return new Decision.Refused(RefusalCodes.UnknownParticipant, $"There is no participant {act.Number}.");
        var seat = panel[act.Number];
        if (!seat.IsUndecided)
            return new Decision.Refused(RefusalCodes.ParticipantDecided, $"Participant {act.Number} is {seat.State}.");
        if (act.By is { } by && (seat.For == 0 || panel[seat.For].Holder != by))
            return new Decision.Refused(RefusalCodes.NotAdder, by);
        if (seat.IsSigner && panel.Signers().Count() == 1)
            return new Decision.Refused(RefusalCodes.LastParticipant, $"Participant {act.Number} is the last one.");

        foreach (var gone in panel.Undecided(seat).ToList())
            panel = panel.With(gone with { State = ParticipantState.Removed });
        if (panel.Mode == CountersignMode.Votes && panel.Reachable < panel.Pass)
            return new Decision.Refused(RefusalCodes.PassOutOfReach, $"{panel.Reachable} of {panel.Pass} is left.");
        foreach (var open in SeatFrames(burst, step).Where(open => panel[open.Counter].State == ParticipantState.Removed))
            burst.Leave(open, "removed");
        step.Data = panel;
        burst.Opener = seat.Visit > 0 ? seat.Visit : panel.Step;
        Proceed(burst, step, null);
        return null;
    }

    /// <summary>取回 at a step that others still decide: the seat is undecided again, and whose turn its decision had made waits again.</summary>
    public void TakeBack(Burst burst, Frame step, int visit)
    {
        var panel = step.Panel!;
        var seat = panel.Seats.Single(each => each.Visit == visit && each.IsDecided);
        step.Data = panel.With(seat with { State = ParticipantState.Waiting, Outcome = null, Facts = null });
        burst.Opener = visit;
        Settle(burst, step, "withdrawn");
    }

    /// <summary>The seat belongs to somebody else, in the same post.</summary>
    public static void Reassigned(Frame frame, string? holder)
    {
        var step = frame.Parent!;
        step.Data = step.Panel!.With(step.Panel[frame.Counter] with { Holder = holder });
    }

    /// <summary>The seat sends the whole step back: that is its decision.</summary>
    public static void Returned(Frame frame)
    {
        if (frame.Counter > 0 && frame.Parent!.Panel is { } panel)
            frame.Parent.Data = panel.With(panel[frame.Counter] with { State = ParticipantState.Dissented, Outcome = "ReturnTo" });
    }

    private static IEnumerable<Frame> SeatFrames(Burst burst, Frame step) => burst.Frames.Where(frame => frame.Parent == step).ToList();

    /// <summary>The seats of a step that one person holds so far.</summary>
    private static Panel Alone(Frame frame, string holder) => new(
        frame.Visit!.Visit,
        CountersignMode.All,
        0,
        (frame.Visit.Due as Deadline.At)?.Instant,
        frame.Data as Back,
        [new Seat(1, 1, ParticipantPlace.Listed, ParticipantState.Open, frame.Visit.Visit, holder, null, 1, 0, null, null)]);

    /// <summary>The visit of the step becomes that of its first seat.</summary>
    private void TakeSeat(Burst burst, Frame step)
    {
        var seat = burst.Open(this, step);
        (seat.Counter, seat.Visit, step.Visit) = (1, step.Visit, null);
    }

    private void OpenSeats(Burst burst, Frame container, Back? back)
    {
        var signers = Signers(burst, container);
        var due = DueOf(burst, container);
        var step = burst.Open(this, container);
        step.Data = new Panel(
            burst.LastVisit + 1,
            countersign!.Mode,
            countersign.Pass,
            (due as Deadline.At)?.Instant,
            back,
            [.. signers.Select((signer, i) => new Seat(i + 1, i + 1, ParticipantPlace.Listed, ParticipantState.Waiting, 0, signer.Holder, signer.Post, signer.Weight, 0, null, null))]);
        Settle(burst, step, returned: burst.Returned);
    }

    /// <summary>Those whom the fact or the variable lists; without any the act is refused, as nobody could decide.</summary>
    private List<Signer> Signers(Burst burst, Frame container)
    {
        var name = countersign!.Input;
        var given = burst.Input.TryGetValue(name, out var fact) ? fact : signersVariable?.Get(container);
        var signers = (given as IReadOnlyList<object?> ?? []).Select(Signer).ToList();
        var usable = signers.Count is > 0 and <= Participant.Most && signers.All(signer => signer is not null)
            && signers.Select(signer => signer!.Holder).Distinct(StringComparer.Ordinal).Count() == signers.Count
            && (countersign.Mode != CountersignMode.Votes || signers.Sum(signer => signer!.Weight) >= countersign.Pass);
        return usable ? signers.ConvertAll(signer => signer!) : throw new MissingFactException(name);
    }

    private static Signer? Signer(object? item)
    {
        if (item is not Facts facts)
            return null;
        var holder = facts.GetValueOrDefault("holder") switch
        {
            string { Length: > 0 } text => text,
            long number => number.ToString(System.Globalization.CultureInfo.InvariantCulture),
            _ => null,
        };
        return holder is not null && facts.GetValueOrDefault("weight") switch { null => 1, long and > 0 and <= 1000 and var given => (int)given, _ => 0 } is > 0 and var weight
            ? new Signer(holder, facts.GetValueOrDefault("post") as string, weight)
            : null;
    }

    private void OpenSeat(Burst burst, Frame step, Seat seat, int openedBy, bool returned, Deadline? due)
    {
        var container = step.Parent!;
        var values = payload.Evaluate(burst, container) as Facts ?? Facts.Empty;
        due ??= workingDays ?? (step.Panel!.Due is { } instant ? new Deadline.At(instant) : null);
        var frame = burst.Open(this, step);
        frame.Counter = seat.Number;
        OpenVisit(burst, frame, container, openedBy, returned, due, values, seat.Holder, seat.Post);
        step.Data = step.Panel!.With(seat with { State = ParticipantState.Open, Visit = frame.Visit!.Visit });
    }

    /// <summary>The decision of one seat. What it means for the step, the seats say.</summary>
    private void Decide(Burst burst, Frame frame, string outcome, bool returns)
    {
        var step = frame.Parent!;
        var seat = step.Panel![frame.Counter];
        burst.Remove(frame, "completed");
        var decided = seat with
        {
            State = seat.Place == ParticipantPlace.Asked ? ParticipantState.Replied : returns ? ParticipantState.Dissented : ParticipantState.Approved,
            Outcome = outcome,
            Facts = seat.IsSigner && !returns ? burst.Input : null,
        };
        step.Data = step.Panel.With(decided);
        Proceed(burst, step, decided);
    }

    /// <summary>Ends the step if the seats say so, else opens and closes those whose turn has come or gone.</summary>
    private void Proceed(Burst burst, Frame step, Seat? last)
    {
        var panel = step.Panel!;
        burst.Returned = false;
        if (panel.Ends(last) is not { } end)
        {
            Settle(burst, step);
            return;
        }

        if (end.Lead.Number != last?.Number)
            burst.Input = Facts.From(burst.Input.Concat(end.Lead.Facts!));
        burst.LastOutcome = end.Lead.Outcome;
        burst.Returned = end.Returns;
        var decisions = panel.Seats.Where(seat => seat.IsDecided).Select(seat => Facts.Of(("holder", seat.Holder), ("outcome", seat.Outcome), ("weight", seat.Weight))).ToArray();
        result.Set(burst, step.Parent!, burst.Input.With("decisions", decisions));
        SendOn(burst, step, end.Returns, panel.Back);
    }

    private void Settle(Burst burst, Frame step, string why = "resting", bool returned = false)
    {
        for (var number = 1; number <= step.Panel!.Seats.Count; number++)
        {
            var seat = step.Panel[number];
            if (seat.State == ParticipantState.Open && !step.Panel.MayBeOpen(seat))
            {
                burst.Leave(SeatFrames(burst, step).Single(frame => frame.Counter == number), why);
                step.Data = step.Panel.With(seat with { State = ParticipantState.Waiting });
            }
        }

        for (var number = 1; number <= step.Panel.Seats.Count; number++)
        {
            var seat = step.Panel[number];
            if (seat.State == ParticipantState.Waiting && step.Panel.MayBeOpen(seat))
                OpenSeat(burst, step, seat, burst.Opener, returned, null);
        }
    }
}
