using System.Runtime.InteropServices;
using PerfFlow.Platform.Indicators;

namespace PerfFlow.Platform.Submissions;

/// <summary>
/// A fixed-size sketch (MinHash over runs of three characters) by which two filings are compared without their texts.
/// Names of the project, unit and department, digits and punctuation are left out first, so that a copy in which only
/// those were replaced is still found.
/// </summary>
public sealed class TextSketch
{
    private const int Size = 128;
    private const int RunLength = 3;

    private readonly uint[] minima;

    private TextSketch(uint[] minima) => this.minima = minima;

    /// <summary>What to store: 512 bytes.</summary>
    public ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(minima.AsSpan());

    /// <summary>Reads what <see cref="Bytes"/> gave. Throws <see cref="ArgumentException"/> for another length.</summary>
    public static TextSketch FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length == Size * sizeof(uint)
        ? new TextSketch(MemoryMarshal.Cast<byte, uint>(bytes).ToArray())
        : throw new ArgumentException($"A sketch has {Size * sizeof(uint)} bytes, not {bytes.Length}.", nameof(bytes));

    /// <summary>The sketch of what a unit wrote: goal, content, plan, basis and names of indicators.</summary>
    public static TextSketch Of(GoalFilingForm form) =>
        Of([form.AnnualGoal, form.Content, form.Plan, form.Basis, .. form.Indicators.Select(r => r.Name)], [form.ProjectName, form.UnitName, form.DepartmentName]);

    /// <summary>The sketch of any form: its long texts that were typed, and the names of its rows that were typed.</summary>
    public static TextSketch Of(FormContent form)
    {
        ArgumentNullException.ThrowIfNull(form);
        return form.Layout == GoalFiling.Instance.Layout
            ? Of(GoalFiling.Read(form))
            : Of(
                [
                    .. form.Layout.Fields.Where(f => f is { Kind: FormFieldKind.LongText, Fact: false, Seeded: false }).Select(f => form[f.Path]),
                    .. form.Layout.Tables.SelectMany(t => form.Rows(t.Name).SelectMany(r => t.Columns.Where(c => c is { Kind: FormFieldKind.LongText, Fact: false }).Select(c => r[c.Path]))),
                ],
                [form["project.name"], form["unit.name"], form["department.name"]]);
    }

    private static TextSketch Of(IEnumerable<string> texts, IEnumerable<string> names)
    {
        var text = string.Concat(texts);
        foreach (var name in names)
        {
            if (name.Length > 0)
            {
                text = text.Replace(name, "", StringComparison.Ordinal);
            }
        }

        return Of(text);
    }

    /// <summary>The sketch of any text.</summary>
    public static TextSketch Of(string text)
    {
        var letters = IndicatorNames.Narrow(text).Where(char.IsLetter).ToArray();
        var least = new uint[Size];
        Array.Fill(least, uint.MaxValue);
        for (var i = 0; i + RunLength <= letters.Length; i++)
        {
            var hash = ((ulong)letters[i] << 32) | ((ulong)letters[i + 1] << 16) | letters[i + 2];
            for (var n = 0; n < Size; n++)
            {
                least[n] = Math.Min(least[n], Mix(hash + ((ulong)(n + 1) * 0x9E3779B97F4A7C15UL)));
            }
        }

        return new TextSketch(least);
    }

    /// <summary>Estimated share (%) of their runs that both texts have in common; two empty texts have none.</summary>
    public decimal Likeness(TextSketch other)
    {
        var equal = 0;
        for (var n = 0; n < Size; n++)
        {
            equal += minima[n] == other.minima[n] && minima[n] != uint.MaxValue ? 1 : 0;
        }

        // The sketch estimates |A∩B| / |A∪B|; a reader means the share of one text found in the other.
        return 200m * equal / (Size + equal);
    }

    // The finaliser of SplitMix64: spreads neighbouring inputs over all bits.
    private static uint Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBUL;
        return (uint)((x ^ (x >> 31)) >> 32);
    }
}
