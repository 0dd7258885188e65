using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Results;

/// <summary>入账: by which document the approved measure reached the budget, and with what amount.</summary>
public sealed class ResultBooking : FilingKind
{
    private static readonly FormLayout TheLayout = new(
        "result-booking",
        new FormSection("booking-approved")
        {
            Fields =
            [
                Fact("project.code", FormFieldKind.Text),
                Fact("project.name", FormFieldKind.Text),
                Fact("unit.name", FormFieldKind.Text),
                Fact("booking.kind", FormFieldKind.Choice) with { LabelKey = "fields.result.kind", Choices = ResultProposal.Kinds },
                Fact("booking.targetYear", FormFieldKind.Year) with { LabelKey = "fields.result.targetYear" },
                Fact("booking.approved", FormFieldKind.Money),
            ],
        },
        new FormSection("booking-entry")
        {
            Fields =
            [
                new FieldSpec("booking.document", FormFieldKind.Text, true),
                new FieldSpec("booking.amount", FormFieldKind.Money, true),
                new FieldSpec("booking.date", FormFieldKind.Date, true),
                new FieldSpec("booking.note", FormFieldKind.LongText, false),
            ],
        },
        new FormSection("booking-files") { Files = true },
        new FormSection("booking-head") { Fields = [new FieldSpec("filler", FormFieldKind.Text, true)] })
    {
        AmountPath = "booking.amount",
    };

    private ResultBooking()
    {
    }

    public static ResultBooking Instance { get; } = new();

    public override FormLayout Layout => TheLayout;

    public override IReadOnlyList<FormRule> Rules => ResultRules.Booking;

    public override async Task<FormContent> PrefillAsync(PlatformDb db, FilingCase filing, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(filing);
        var result = await db.ResultAmounts.AsNoTracking().FirstOrDefaultAsync(r => r.CaseId == filing.Case.Id, ct);
        return FormContent.Empty(TheLayout)
            .With("project.code", filing.Project.Code)
            .With("project.name", filing.Project.Name)
            .With("unit.name", filing.Unit.Name)
            .With("booking.kind", result?.Kind ?? "")
            .With("booking.targetYear", result?.TargetYear)
            .With("booking.approved", result?.Change)
            .With("booking.amount", result?.Change ?? 0);
    }

    private static FieldSpec Fact(string path, FormFieldKind kind) => new FieldSpec(path, kind, false).AsFact();
}
