using System.Globalization;
using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.Intake.Layouts;

/// <summary>
/// Notes on cells. Excel keeps a note twice: its text in the comments part, its box in a VML drawing, without which
/// Excel calls the file damaged.
/// </summary>
internal static class CellComments
{
    /// <summary>Relation by which the sheet names its drawing.</summary>
    public const string DrawingId = "notes";

    public static void Add(WorksheetPart sheet, IReadOnlyList<(CellPlace Place, string Text)> comments)
    {
        var list = new CommentList();
        var vml = new StringBuilder(
            """
            <xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">
            <v:shapetype id="note" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>

            """);
        for (var i = 0; i < comments.Count; i++)
        {
            var (place, text) = comments[i];
            list.Append(new Comment(new CommentText(new Run(new Text(text) { Space = SpaceProcessingModeValues.Preserve })))
            {
                Reference = place.Reference,
                AuthorId = 0,
            });
            vml.Append(CultureInfo.InvariantCulture,
                $"""
                <v:shape id="note{i + 1}" type="#note" style="position:absolute;width:220pt;height:80pt;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:textbox style="mso-direction-alt:auto"/><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{place.Column},15,{place.Row - 1},2,{place.Column + 3},15,{place.Row + 4},2</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{place.Row - 1}</x:Row><x:Column>{place.Column - 1}</x:Column></x:ClientData></v:shape>

                """);
        }

        vml.Append("</xml>");
        sheet.AddNewPart<WorksheetCommentsPart>("comments").Comments = new Comments(new Authors(new Author("PerfFlow")), list);
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(vml.ToString()));
        sheet.AddNewPart<VmlDrawingPart>(DrawingId).FeedData(stream);
    }
}
