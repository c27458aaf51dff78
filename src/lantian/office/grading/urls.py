"""Addresses of grading."""

from django.urls import path

from lantian.office.grading import batch_pages, draft_pages, pages

urlpatterns = [
    path("", pages.applications, name="grading"),
    path("new/", pages.new, name="grading-new"),
    path("application/<int:application>/", pages.application, name="grading-application"),
    path("application/<int:application>/step/", pages.step, name="grading-step"),
    path("application/<int:application>/draft/", draft_pages.draft, name="grading-draft"),
    path("application/<int:application>/workbook/", draft_pages.workbook, name="grading-workbook"),
    path(
        "application/<int:application>/template.xlsx", draft_pages.template, name="grading-template"
    ),
    path(
        "application/<int:application>/document/<int:document>/",
        pages.document,
        name="grading-document",
    ),
    path(
        "application/<int:application>/document/<int:document>/take-back/",
        draft_pages.take_back,
        name="grading-take-back",
    ),
    path(
        "application/<int:application>/step/<int:number>/<str:own>/",
        pages.step_file,
        name="grading-step-file",
    ),
    path("batches/", batch_pages.batches, name="grading-batches"),
    path("batches/report/", batch_pages.report, name="grading-report"),
    path("batches/<int:batch>/", batch_pages.batch, name="grading-batch"),
    path("batches/<int:batch>/step/", batch_pages.step, name="grading-batch-step"),
    path(
        "batches/<int:batch>/document.<str:form>",
        batch_pages.document,
        name="grading-batch-document",
    ),
    path("objections/<int:objection>/answer/", batch_pages.answer, name="grading-answer"),
]
