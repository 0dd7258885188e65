namespace PerfFlow.ServiceDefaults;

/// <summary>
/// Why a use case did not do what it was asked: an expected answer, not an error.
/// </summary>
/// <param name="Code">Stable, in kebab case; the sentence a user reads is the text <c>refusal.&lt;code&gt;</c>.</param>
/// <param name="Args">What the sentence names: a unit, a date, a number. Never anything the reader may not see.</param>
public sealed record Refusal(string Code, params IReadOnlyList<object?> Args)
{
    /// <summary>The field, row or file that has to be mended, as the form names it; null where the whole act is refused.</summary>
    public string? Field { get; init; }

    /// <summary>How the door answers: it decides the HTTP status once, in one place.</summary>
    public RefusalKind Kind { get; init; } = RefusalKind.Invalid;

    /// <summary>The reader may not know whether the thing exists.</summary>
    public static Refusal NotFound(string code = "not-found") => new(code) { Kind = RefusalKind.NotFound };

    /// <summary>The reader knows the thing but lacks the right; <paramref name="right"/> names it and its grantor in the text.</summary>
    public static Refusal Forbidden(string code, params IReadOnlyList<object?> right) => new(code, right) { Kind = RefusalKind.Forbidden };

    /// <summary>Somebody else was first, or the thing moved on since it was read.</summary>
    public static Refusal Conflict(string code, params IReadOnlyList<object?> args) => new(code, args) { Kind = RefusalKind.Conflict };
}

/// <summary>The family of a refusal; HTTP maps it to a status.</summary>
public enum RefusalKind
{
    /// <summary>The input is wrong or incomplete; the user mends it and tries again (422).</summary>
    Invalid,

    /// <summary>Not there, or not for this reader; both look alike (404).</summary>
    NotFound,

    /// <summary>There, but this act needs a right the reader lacks (403).</summary>
    Forbidden,

    /// <summary>The state moved on: decided, withdrawn, changed by somebody else (409).</summary>
    Conflict,

    /// <summary>Too much at once; try again later (503).</summary>
    Busy,
}

/// <summary>What a use case returns: a value, or the reason why not.</summary>
public readonly record struct Outcome<T>
{
    private readonly T? value;

    private Outcome(T? value, Refusal? refusal)
    {
        this.value = value;
        Refusal = refusal;
    }

    /// <summary>Null when the use case did what it was asked.</summary>
    public Refusal? Refusal { get; }

    public bool Ok => Refusal is null;

    /// <summary>The value; asking for it after a refusal is a programming error.</summary>
    public T Value => Refusal is null ? value! : throw new InvalidOperationException($"Refused: {Refusal.Code}");

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Refusal refusal) => new(default, refusal);

    /// <summary>Goes on with the value, or hands the refusal through.</summary>
    public Outcome<TNext> Then<TNext>(Func<T, Outcome<TNext>> next) => Refusal is null ? next(value!) : Refusal;
}

/// <summary>The value of a use case that has nothing to tell but that it was done.</summary>
public readonly record struct Done;
