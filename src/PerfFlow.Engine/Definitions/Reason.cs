using System.Globalization;

namespace PerfFlow.Engine.Definitions;

/// <summary>
/// Why a definition cannot be run or an expression failed, as a stable code with what it names. The engine has no sentences: they are
/// the texts <c>reason.&lt;code&gt;</c> of the platform, in each of its languages.
/// </summary>
/// <param name="Code">One of <see cref="ReasonCodes"/>.</param>
/// <param name="Args">What the sentence names, in the order of its places.</param>
public sealed record Reason(string Code, params IReadOnlyList<string?> Args)
{
    private const char Separator = '\u001f';

    /// <summary>Column in the expression, from 1; 0 = it is no expression, or not known.</summary>
    public int Column { get; init; }

    /// <summary>On one line, for whoever keeps it as text, such as the incident of a case; <see cref="Read"/> reads it again.</summary>
    public string Written => string.Join(Separator, [Code, Column.ToString(CultureInfo.InvariantCulture), .. Args]);

    /// <summary>The reason that was written so; null where the text is something else: a message of a definition's own, or one of before there were codes.</summary>
    public static Reason? Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split(Separator) is [var code, var column, .. var args] && ReasonCodes.All.Contains(code) && int.TryParse(column, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? new Reason(code, args) { Column = at }
            : null;
    }

    /// <summary>For logs: the code, what it names, the column.</summary>
    public override string ToString() => Code + (Args.Count > 0 ? $" ({string.Join(", ", Args)})" : "") + (Column > 0 ? string.Create(CultureInfo.InvariantCulture, $" at column {Column}") : "");
}
