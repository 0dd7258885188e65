using System.Runtime.InteropServices;
using DocumentFormat.OpenXml.Spreadsheet;

namespace PerfFlow.Intake.Layouts;

/// <summary>How a number or text is shown, and whether it is marked.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CellLook(CellFormatKind Format, CellMark Mark = CellMark.None)
{
    public static CellLook Plain { get; } = new(CellFormatKind.General);

    public static CellLook Title { get; } = new(CellFormatKind.Title);

    public static CellLook Header { get; } = new(CellFormatKind.Header);

    public static CellLook RequiredHeader { get; } = new(CellFormatKind.RequiredHeader);
}

/// <summary>Number formats and roles of a cell.</summary>
internal enum CellFormatKind
{
    /// <summary>Text or number without a format, wrapped.</summary>
    General,

    /// <summary>Text format: digits stay as typed.</summary>
    Text,

    /// <summary>万元 with two decimals, more where there are more.</summary>
    Amount,

    /// <summary>Percentage.</summary>
    Percent,

    /// <summary>Text that is only shown, on grey.</summary>
    Shown,

    /// <summary>First row.</summary>
    Title,

    /// <summary>Head of a column.</summary>
    Header,

    /// <summary>Head of a required column.</summary>
    RequiredHeader,
}

/// <summary>Colour behind a cell.</summary>
internal enum CellMark
{
    /// <summary>None.</summary>
    None,

    /// <summary>Red: must be changed.</summary>
    Error,

    /// <summary>Yellow: worth a look.</summary>
    Warning,
}

/// <summary>The style table of every workbook written: one entry per format and mark.</summary>
internal static class CellLooks
{
    private const uint AmountFormat = 164;
    private static readonly int Marks = Enum.GetValues<CellMark>().Length;

    /// <summary>Index of a look in the style table. The table starts with one default entry.</summary>
    public static int Index(CellLook look) => 1 + ((int)look.Format * Marks) + (int)look.Mark;

    public static Stylesheet Stylesheet()
    {
        var formats = new CellFormats(new CellFormat());
        foreach (var kind in Enum.GetValues<CellFormatKind>())
        {
            foreach (var mark in Enum.GetValues<CellMark>())
            {
                formats.Append(Format(kind, mark));
            }
        }

        return new Stylesheet(
            new NumberingFormats(new NumberingFormat { NumberFormatId = AmountFormat, FormatCode = "#,##0.00####" }),
            new Fonts(
                Font(11, false, null),
                Font(14, true, null),
                Font(11, true, null),
                Font(11, true, "FFC00000")),
            new Fills(
                new Fill(new PatternFill { PatternType = PatternValues.None }),
                new Fill(new PatternFill { PatternType = PatternValues.Gray125 }),
                Fill("FFFFC7CE"),
                Fill("FFFFEB9C"),
                Fill("FFDDEBF7"),
                Fill("FFF2F2F2")),
            new Borders(new Border(), Box()),
            new CellStyleFormats(new CellFormat()),
            formats);
    }

    private static CellFormat Format(CellFormatKind kind, CellMark mark)
    {
        var header = kind is CellFormatKind.Header or CellFormatKind.RequiredHeader;
        return new CellFormat(new Alignment
        {
            Vertical = VerticalAlignmentValues.Center,
            Horizontal = header || kind == CellFormatKind.Title ? HorizontalAlignmentValues.Center : null,
            WrapText = true,
        })
        {
            FontId = kind switch { CellFormatKind.Title => 1u, CellFormatKind.Header => 2u, CellFormatKind.RequiredHeader => 3u, _ => 0u },
            FillId = mark switch { CellMark.Error => 2u, CellMark.Warning => 3u, _ => header ? 4u : kind == CellFormatKind.Shown ? 5u : 0u },
            BorderId = kind == CellFormatKind.Title ? 0u : 1u,
            NumberFormatId = kind switch { CellFormatKind.Text => 49u, CellFormatKind.Amount => AmountFormat, CellFormatKind.Percent => 10u, _ => 0u },
            ApplyAlignment = true,
            ApplyFont = true,
            ApplyFill = true,
            ApplyBorder = true,
            ApplyNumberFormat = true,
        };
    }

    private static Font Font(double size, bool bold, string? colour)
    {
        var font = new Font();
        if (bold)
        {
            font.Append(new Bold());
        }

        font.Append(new FontSize { Val = size });
        if (colour is not null)
        {
            font.Append(new Color { Rgb = colour });
        }

        font.Append(new FontName { Val = "宋体" }, new FontCharSet { Val = 134 });
        return font;
    }

    private static Fill Fill(string colour) =>
        new(new PatternFill(new ForegroundColor { Rgb = colour }) { PatternType = PatternValues.Solid });

    private static Border Box() => new(
        new LeftBorder(new Color { Rgb = "FFBFBFBF" }) { Style = BorderStyleValues.Thin },
        new RightBorder(new Color { Rgb = "FFBFBFBF" }) { Style = BorderStyleValues.Thin },
        new TopBorder(new Color { Rgb = "FFBFBFBF" }) { Style = BorderStyleValues.Thin },
        new BottomBorder(new Color { Rgb = "FFBFBFBF" }) { Style = BorderStyleValues.Thin },
        new DiagonalBorder());
}
