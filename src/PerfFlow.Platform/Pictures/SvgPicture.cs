using PerfFlow.Engine.Layout;

namespace PerfFlow.Platform.Pictures;

/// <summary>A box as it is written: its text is cut to what fits, the whole stands in <paramref name="Title"/>.</summary>
/// <param name="Class">State of the step, or its warmth.</param>
/// <param name="Mark">Shape that tells the state without colour: done, back, current, overtaken, none; null = no mark.</param>
/// <param name="Name">One line or two.</param>
/// <param name="Notes">At most two lines.</param>
/// <param name="Badge">How often; null = once.</param>
public sealed record SvgBox(DrawnStep Step, string Class, string? Mark, IReadOnlyList<string> Name, IReadOnlyList<string> Notes, string? Badge, string Title);

/// <summary>A line as it is written.</summary>
/// <param name="Class">gone, back, beside.</param>
/// <param name="Words">From top to bottom.</param>
public sealed record SvgWay(DrawnLine Line, string Class, IReadOnlyList<string> Words);

/// <summary>A drawing ready to be written as SVG.</summary>
public sealed record SvgPicture(int Width, int Height, IReadOnlyList<SvgBox> Boxes, IReadOnlyList<SvgWay> Ways);

/// <summary>Fits words into boxes. Widths are in ems: a Chinese character is one wide, others a little over half.</summary>
internal static class SvgText
{
    public static double Ems(string text) => text.Sum(c => c < 0x2E80 ? 0.56 : 1.0);

    /// <summary>The text, cut with … where it is wider.</summary>
    public static string Cut(string text, double ems)
    {
        if (Ems(text) <= ems)
        {
            return text;
        }

        var end = text.Length;
        while (end > 0 && Ems(text[..end]) > ems - 1)
        {
            end--;
        }

        return text[..end] + "…";
    }

    /// <summary>One line where it fits, else two of nearly the same length.</summary>
    public static IReadOnlyList<string> Wrap(string text, double ems)
    {
        if (Ems(text) <= ems)
        {
            return [text];
        }

        var half = text.Length;
        while (half > 1 && Ems(text[..half]) > Math.Min(ems, (Ems(text) / 2) + 0.6))
        {
            half--;
        }

        return [text[..half], Cut(text[half..], ems)];
    }
}
