"""The routes of the premises room, under /premises/."""

from django.urls import path

from jejak.premises import views

app_name = "premises"
urlpatterns = [
    path("", views.index, name="list"),
    path("new/", views.new, name="new"),
    path("<uuid:uuid>/", views.detail, name="detail"),
    path("<uuid:uuid>/registered/", views.registered, name="registered"),
    path("<uuid:uuid>/edit/", views.edit, name="edit"),
    path("<uuid:uuid>/close/", views.close, name="close"),
    path("<uuid:uuid>/reopen/", views.reopen, name="reopen"),
    path("<uuid:uuid>/posters/new/", views.issue, name="issue"),
    path("<uuid:uuid>/posters/<str:code>/", views.poster, name="poster"),
    path("<uuid:uuid>/posters/<str:code>/retire/", views.retire, name="retire"),
    path("<uuid:uuid>/posters/<str:code>/replace/", views.replace, name="replace"),
    path("<uuid:uuid>/posters/<str:code>/<str:form>", views.poster_file, name="file"),
]
