namespace PerfFlow.Engine.Instances;

/// <summary>Where the case goes once the step is sent on: straight back to whoever returned it.</summary>
/// <param name="Step">Id of the human step that returned.</param>
/// <param name="Holder">Who returned it.</param>
/// <param name="Outer">What that step itself owed when it returned.</param>
internal sealed record Back(string Step, string? Holder, Back? Outer)
{
    /// <summary>As it is once <paramref name="to"/> has taken over from <paramref name="from"/>.</summary>
    public Back TakenOver(string from, string to) => new(Step, Holder == from ? to : Holder, Outer?.TakenOver(from, to));

    public IEnumerable<Back> Chain() => Outer is null ? [this] : Outer.Chain().Prepend(this);

    public object?[] ToData() => [Step, Holder, Outer?.ToData()];

    public static Back? Read(object? data) => data switch
    {
        null => null,
        IReadOnlyList<object?> { Count: 3 } list => new Back((string)list[0]!, (string?)list[1], Read(list[2])),
        _ => throw new InvalidDataException("This is no way back."),
    };
}

/// <summary>A seat of a <see cref="Panel"/>; see <see cref="Participant"/>.</summary>
/// <param name="Facts">Those of the decision, kept until the step ends: one of the decisions becomes the step's own.</param>
internal sealed record Seat(
    int Number, int Order, ParticipantPlace Place, ParticipantState State, int Visit, string? Holder, string? Post, int Weight, int For, string? Outcome, Facts? Facts)
{
    public bool IsUndecided => State is ParticipantState.Waiting or ParticipantState.Open;

    public bool IsDecided => State is ParticipantState.Approved or ParticipantState.Dissented or ParticipantState.Replied;

    public bool IsActive => IsUndecided || IsDecided;

    /// <summary>One of those whose decisions make the step's, and no helper of one of them.</summary>
    public bool IsSigner => Place is ParticipantPlace.Listed or ParticipantPlace.Beside;

    public Participant Of(int step) => new(step, Number, Order, Place, State, Visit, Holder, Post, Weight, For, Outcome);

    public object?[] ToData() => [(long)Order, (long)(((int)State << 3) | (int)Place), (long)Visit, Holder, Post, (long)Weight, (long)For, Outcome, Facts];

    public static Seat Read(object? data, int number)
    {
        if (data is not IReadOnlyList<object?> { Count: 9 } list || (long)list[6]! is not (>= 0 and var adder) || adder >= number)
            throw new InvalidDataException("This is no seat.");
        var kind = (long)list[1]!;
        if ((kind >> 3) is < 0 or > (long)ParticipantState.Superseded || (kind & 7) is var place && place > (long)ParticipantPlace.Asked || (adder == 0) != (place == 0))
            throw new InvalidDataException("This is no seat.");
        return new Seat(
            number, (int)(long)list[0]!, (ParticipantPlace)place, (ParticipantState)(kind >> 3), (int)(long)list[2]!, (string?)list[3], (string?)list[4], (int)(long)list[5]!, (int)adder, (string?)list[7], (Facts?)list[8]);
    }
}

/// <summary>How a countersigned step ends: by whose decision, and whether that sends back.</summary>
internal sealed record Ending(Seat Lead, bool Returns);

/// <summary>
/// The seats of one stay at a human step, and when each may decide. Nobody decides twice, nobody before those whom they asked,
/// and what an added signer refuses, the one who added them cannot approve.
/// </summary>
/// <param name="Step">The first visit of the stay.</param>
/// <param name="Pass">The weight that passes; 0 where votes are not counted.</param>
/// <param name="Due">The instant by which the step is due, kept for seats that open later; null = by working days, or never.</param>
/// <param name="Back">Where the case goes when the step is sent on, if not as drawn.</param>
internal sealed record Panel(int Step, CountersignMode Mode, int Pass, DateTimeOffset? Due, Back? Back, IReadOnlyList<Seat> Seats)
{
    public Seat this[int number] => Seats[number - 1];

    public Panel With(Seat seat)
    {
        var seats = Seats.ToArray();
        seats[seat.Number - 1] = seat;
        return this with { Seats = seats };
    }

    public Panel WithMore(IEnumerable<Seat> more) => this with { Seats = [.. Seats, .. more] };

    /// <summary>As it is once <paramref name="to"/> has the way back and, unless they have a seat of their own, the seats of <paramref name="from"/> in these states.</summary>
    public Panel TakenOver(string from, string to, params ReadOnlySpan<ParticipantState> states)
    {
        var seats = Seats.ToArray();
        foreach (ref var seat in seats.AsSpan())
        {
            if (seat.Holder == from && states.Contains(seat.State) && !Has(to))
                seat = seat with { Holder = to };
        }

        return this with { Seats = seats, Back = Back?.TakenOver(from, to) };
    }

    /// <summary>The person signs or has signed at this stay; whoever only answered may be asked again.</summary>
    public bool Has(string holder) => Seats.Any(seat => seat.IsActive && seat.State != ParticipantState.Replied && seat.Holder == holder);

    /// <summary>As it stays behind when the step is over.</summary>
    public Panel Closed() => this with { Seats = [.. Seats.Select(seat => seat.IsUndecided ? seat with { State = ParticipantState.Superseded } : seat)] };

    /// <summary>The seat is to have an open visit now.</summary>
    public bool MayBeOpen(Seat seat) => seat.IsUndecided && IsReady(seat) && !IsRefused(Root(seat)) && !WaitsForHelpers(seat);

    /// <summary>Its turn has come, whether it was used or not.</summary>
    public bool IsReady(Seat seat) => seat.Place switch
    {
        ParticipantPlace.Before or ParticipantPlace.Asked => this[seat.For] is { IsUndecided: true } adder && IsReady(adder),
        ParticipantPlace.After => this[seat.For].State == ParticipantState.Approved,
        _ => Mode != CountersignMode.Turn || Signers().All(earlier => earlier.Order >= seat.Order || IsDone(earlier)),
    };

    /// <summary>
    /// Somebody has acted on this decision: one whose turn it made has decided or asked others, so it cannot be taken back. To
    /// have an open visit by it is not acting.
    /// </summary>
    public bool IsActedOn(Seat decided)
    {
        var without = With(decided with { State = ParticipantState.Waiting });
        return without.Seats.Any(other => other.Number != decided.Number && other.IsActive
            && (other.IsDecided ? !without.CouldDecide(other) : !without.IsReady(other) && without.Helpers(other).Any()));
    }

    /// <summary>The step is over; null = it is not.</summary>
    /// <param name="last">The seat that has just decided; null = none did, one was removed.</param>
    public Ending? Ends(Seat? last)
    {
        var refused = last is { State: ParticipantState.Dissented };
        if (refused && Mode != CountersignMode.Votes)
            return new Ending(last!, Returns: true);
        var done = Signers().Where(IsDone).OrderBy(seat => seat.Order).ThenBy(seat => seat.Number).ToList();
        return Mode switch
        {
            CountersignMode.Any => done is [var first, ..] ? new Ending(first, Returns: false) : null,
            CountersignMode.Votes when done.Where(seat => !IsRefused(seat)).ToList() is [var first, ..] passed && passed.Sum(seat => seat.Weight) >= Pass => new Ending(first, Returns: false),
            CountersignMode.Votes => refused && Reachable < Pass ? new Ending(last!, Returns: true) : null,
            _ => done.Count > 0 && Signers().All(IsDone) ? new Ending(done[0], Returns: false) : null,
        };
    }

    /// <summary>The weight that approvals can still come to.</summary>
    public int Reachable => Signers().Where(seat => !IsRefused(seat)).Sum(seat => seat.Weight);

    /// <summary>Where the step stands for the one who decides at <paramref name="visit"/>.</summary>
    public Tally TallyOf(int visit)
    {
        var signers = Signers().OrderBy(seat => seat.Order).ThenBy(seat => seat.Number).ToList();
        var mine = Seats.Single(seat => seat.Visit == visit && seat.State == ParticipantState.Open);
        var approved = With(mine with { State = mine.Place == ParticipantPlace.Asked ? ParticipantState.Replied : ParticipantState.Approved });
        return new Tally(
            Mode,
            Pass,
            signers.Where(seat => IsDone(seat) && !IsRefused(seat)).Sum(seat => seat.Weight),
            Reachable,
            signers.ConvertAll(seat => seat.Of(Step)),
            signers.Count(IsDone),
            [.. approved.Seats.Where(seat => seat.State == ParticipantState.Waiting && approved.MayBeOpen(seat)).Select(seat => seat.Of(Step))]);
    }

    /// <summary>Those whose decisions make the step's.</summary>
    public IEnumerable<Seat> Signers() => Seats.Where(seat => seat.IsSigner && seat.IsActive);

    /// <summary>The seat and those that hang on it, as far as they have not decided.</summary>
    public IEnumerable<Seat> Undecided(Seat seat) => Helpers(seat).SelectMany(Undecided).Concat(seat.IsUndecided ? [seat] : []);

    public object?[] ToData() =>
        [(long)Step, (long)Mode, (long)Pass, Due is { } due ? due : null, Back?.ToData(), .. Seats.Select(seat => (object?)seat.ToData())];

    public static Panel Read(object? data)
    {
        if (data is not IReadOnlyList<object?> { Count: > 5 } list || (long)list[1]! is < 0 or > (long)CountersignMode.Votes)
            throw new InvalidDataException("These are no seats.");
        return new Panel((int)(long)list[0]!, (CountersignMode)(long)list[1]!, (int)(long)list[2]!, (DateTimeOffset?)list[3], Back.Read(list[4]), [.. list.Skip(5).Select((seat, i) => Seat.Read(seat, i + 1))]);
    }

    private IEnumerable<Seat> Helpers(Seat seat) => Seats.Where(helper => helper.For == seat.Number && helper.IsActive && !helper.IsSigner);

    private bool IsDone(Seat seat) => seat.State == ParticipantState.Replied
        || (seat.State == ParticipantState.Approved && Helpers(seat).All(helper => helper.Place != ParticipantPlace.After || IsDone(helper)));

    private bool IsRefused(Seat seat) => seat.State == ParticipantState.Dissented || Helpers(seat).Any(IsRefused);

    /// <summary>A helper's turn is over when the adder has decided; whether the adder could is the adder's own question.</summary>
    private bool CouldDecide(Seat seat) =>
        (IsReady(seat) || (seat.Place is ParticipantPlace.Before or ParticipantPlace.Asked && this[seat.For].IsDecided)) && !WaitsForHelpers(seat);

    private bool WaitsForHelpers(Seat seat) => Helpers(seat).Any(helper => helper.Place != ParticipantPlace.After && !IsDone(helper));

    private Seat Root(Seat seat) => seat.IsSigner ? seat : Root(this[seat.For]);
}
